/** Labels that name one object, by kind; the most specific first. `job` is the scrape job, never a Kubernetes Job. */
export const NAMING: readonly (readonly [label: string, kind: string])[] = [
  ['pod', 'Pod'],
  ['pod_name', 'Pod'],
  ['kubernetes_pod_name', 'Pod'],
  ['k8s_pod_name', 'Pod'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ['job_name', 'Job'],
  ['k8s_job_name', 'Job'],
  ['cronjob', 'CronJob'],
  ['k8s_cronjob_name', 'CronJob'],
  ['deployment', 'Deployment'],
  ['k8s_deployment_name', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['k8s_statefulset_name', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['k8s_daemonset_name', 'DaemonSet'],
  ['replicaset', 'ReplicaSet'],
  ['horizontalpodautoscaler', 'HorizontalPodAutoscaler'],
  ['hpa', 'HorizontalPodAutoscaler'],
  ['poddisruptionbudget', 'PodDisruptionBudget'],
  ['resourcequota', 'ResourceQuota'],
  ['ingress', 'Ingress'],
  ['exported_service', 'Service'],
  ['service', 'Service'],
];

/** Labels that name one object of the whole cluster. */
export const CLUSTER_SCOPED: readonly (readonly [label: string, kind: string])[] = [
  ['node', 'Node'],
  ['kubernetes_node', 'Node'],
  ['k8s_node_name', 'Node'],
  ['nodename', 'Node'],
  ['persistentvolume', 'PersistentVolume'],
];

/** Labels that name a namespace; meshes name that of the called service, which is the one that an alert about calls is about. */
export const NAMESPACES: readonly string[] = [
  'destination_service_namespace',
  'destination_workload_namespace',
  'namespace',
  'kubernetes_namespace',
  'k8s_namespace_name',
  'kube_namespace',
  'namespace_name',
];

/** Labels that say what something is called without saying what kind of object it is: to be looked for among workloads and Services. */
export const NAMES: readonly string[] = [
  'destination_service_name',
  'destination_canonical_service',
  'destination_workload',
  'workload',
  'owner_name',
  'created_by_name',
  'app_kubernetes_io_name',
  'app_kubernetes_io_instance',
  'label_app_kubernetes_io_name',
  'app',
  'label_app',
  'application',
  'component',
  'service_name',
  'kubernetes_name',
  'deployment_name',
  'backend',
  'upstream',
];

/** Labels that may hold a host of the cluster's DNS (`cart.shop.svc.cluster.local`), with or without an address around it. */
export const HOSTS: readonly string[] = ['destination_service', 'destination_service_host', 'target', 'instance', 'host', 'url', 'server_address', 'authority'];

/** Labels that may hold the address or name of a machine. */
export const MACHINES: readonly string[] = ['instance', 'host', 'hostname', 'internal_ip', 'host_ip'];

/**
 * Who reports about other things than itself, and what of its target's labels then says nothing about the subject.
 * `objects`: Kubernetes objects named by other labels; `node`: the machine its pod runs on.
 */
export const REPORTERS: readonly { readonly name: RegExp; readonly scope: 'objects' | 'node' }[] = [
  { name: /kube-state-metrics/, scope: 'objects' },
  { name: /^kubelet$|-kubelet$|^cadvisor$/, scope: 'objects' },
  { name: /node[-_]exporter/, scope: 'node' },
];

/** Components that listen on the network of their node: the host in `instance` is a node. */
export const ON_THE_NODE =
  /^(?:kubelet|apiserver|kubernetes-apiservers?|(?:kube-)?etcd|(?:kube-)?(?:scheduler|controller-manager|proxy)|node|kubernetes-nodes.*)$/;

/** `v1beta1.metrics.k8s.io`: what an APIService is called. */
export const API_SERVICE = /^v\d+(?:(?:alpha|beta)\d+)?\.[a-z0-9.-]+$/;
