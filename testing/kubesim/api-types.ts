/** A resource type that the server serves. */
export interface ApiType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** Members of `kubectl get all`. */
  readonly categories: readonly string[];
  readonly subresources: readonly string[];
  readonly verbs: readonly string[];
}

// One line each: plural Kind scope(N|C) [short=a,b] [all] [sub=log] [create]
const TABLE: Readonly<Record<string, string>> = {
  v1: `
    configmaps ConfigMap N short=cm
    endpoints Endpoints N short=ep
    events Event N short=ev
    limitranges LimitRange N short=limits
    namespaces Namespace C short=ns
    nodes Node C short=no
    persistentvolumeclaims PersistentVolumeClaim N short=pvc
    persistentvolumes PersistentVolume C short=pv
    pods Pod N short=po all sub=log,exec,portforward,eviction
    resourcequotas ResourceQuota N short=quota
    secrets Secret N
    serviceaccounts ServiceAccount N short=sa
    services Service N short=svc all`,
  'apiregistration.k8s.io/v1': 'apiservices APIService C',
  'apps/v1': `
    controllerrevisions ControllerRevision N
    daemonsets DaemonSet N short=ds all
    deployments Deployment N short=deploy all
    replicasets ReplicaSet N short=rs all
    statefulsets StatefulSet N short=sts all`,
  'events.k8s.io/v1': 'events Event N short=ev',
  'authorization.k8s.io/v1': `
    selfsubjectaccessreviews SelfSubjectAccessReview C create
    selfsubjectrulesreviews SelfSubjectRulesReview C create`,
  'autoscaling/v2': 'horizontalpodautoscalers HorizontalPodAutoscaler N short=hpa all',
  'autoscaling/v1': 'horizontalpodautoscalers HorizontalPodAutoscaler N short=hpa all',
  'batch/v1': `
    cronjobs CronJob N short=cj all
    jobs Job N all`,
  'networking.k8s.io/v1': `
    ingressclasses IngressClass C
    ingresses Ingress N short=ing
    networkpolicies NetworkPolicy N short=netpol`,
  'policy/v1': 'poddisruptionbudgets PodDisruptionBudget N short=pdb',
  'rbac.authorization.k8s.io/v1': `
    clusterrolebindings ClusterRoleBinding C
    clusterroles ClusterRole C
    rolebindings RoleBinding N
    roles Role N`,
  'storage.k8s.io/v1': 'storageclasses StorageClass C short=sc',
  'admissionregistration.k8s.io/v1': `
    mutatingwebhookconfigurations MutatingWebhookConfiguration C
    validatingwebhookconfigurations ValidatingWebhookConfiguration C`,
  'coordination.k8s.io/v1': 'leases Lease N',
  'discovery.k8s.io/v1': 'endpointslices EndpointSlice N',
};

const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** The types that every API server of about v1.32 serves, as far as our clients ask for them. */
export const BUILT_IN_TYPES: readonly ApiType[] = Object.entries(TABLE).flatMap(([groupVersion, lines]) =>
  lines
    .trim()
    .split('\n')
    .map((line) => readLine(groupVersion, line.trim().split(/\s+/))),
);

function readLine(groupVersion: string, [plural = '', kind = '', scope, ...rest]: string[]): ApiType {
  const [group, version] = splitGroupVersion(groupVersion);
  const named = (key: string) =>
    rest
      .find((word) => word.startsWith(`${key}=`))
      ?.slice(key.length + 1)
      .split(',') ?? [];
  return {
    group,
    version,
    plural,
    kind,
    namespaced: scope === 'N',
    shortNames: named('short'),
    categories: rest.includes('all') ? ['all'] : [],
    subresources: named('sub'),
    verbs: rest.includes('create') ? ['create'] : ALL_VERBS,
  };
}

/** A type that a snapshot has a file of and that is not built in. */
export function customType(group: string, version: string, plural: string, kind: string, namespaced: boolean): ApiType {
  return { group, version, plural, kind, namespaced, shortNames: [], categories: [], subresources: [], verbs: ALL_VERBS };
}

export function splitGroupVersion(apiVersion: string): [group: string, version: string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

export function groupVersionOf({ group, version }: Pick<ApiType, 'group' | 'version'>): string {
  return group ? `${group}/${version}` : version;
}
