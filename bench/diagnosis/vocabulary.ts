/**
 * Which of our root-cause codes say the same as a label in `expected.json`. A label may be one of our codes itself (`OOMKilled`), or a name
 * from the fault catalogue that the recordings were labelled with (`oom_killed`). Compared without case and punctuation.
 */
const SAME: Readonly<Record<string, readonly string[]>> = {
  namespace_cpu_quota_exceeded: ['QuotaExceededCPU'],
  namespace_memory_quota_exceeded: ['QuotaExceededMemory'],
  namespace_pod_quota_exceeded: ['QuotaExceededPods'],
  namespace_service_quota_exceeded: ['QuotaExceededServices'],
  namespace_storage_quota_exceeded: ['QuotaExceededStorage'],
  missing_service_account: ['MissingServiceAccount'],
  node_cordon_mismatch: ['NodeCordoned'],
  node_affinity_mismatch: ['NodeAffinityMismatch'],
  node_selector_mismatch: ['NodeSelectorMismatch'],
  pod_anti_affinity_conflict: ['PodAntiAffinityConflict'],
  taint_toleration_mismatch: ['TaintNotTolerated'],
  cpu_capacity_mismatch: ['InsufficientCPU'],
  memory_capacity_mismatch: ['InsufficientMemory'],
  pv_binding_occupied: ['VolumeAlreadyBound'],
  pvc_selector_mismatch: ['ClaimSelectorMismatch'],
  pvc_storage_class_mismatch: ['StorageClassMissing', 'ClaimStorageClassMismatch'],
  pvc_capacity_mismatch: ['ClaimCapacityTooLarge'],
  pvc_access_mode_mismatch: ['ClaimAccessModeMismatch'],
  volume_mount_permission_denied: ['VolumePermissionDenied'],
  missing_secret_binding: ['MissingSecret', 'MissingConfigKey'],
  missing_secret: ['MissingSecret', 'MissingConfigKey'],
  missing_configmap: ['MissingConfigMap'],
  incorrect_image_reference: ['ImageNotFound', 'InvalidImageName'],
  image_registry_dns_failure: ['RegistryDnsFailure'],
  missing_image_pull_secret: ['ImagePullSecretMissing'],
  oom_killed: ['OOMKilled'],
  liveness_probe_incorrect_protocol: ['LivenessProbeWrongProtocol'],
  liveness_probe_incorrect_port: ['LivenessProbeWrongPort'],
  liveness_probe_incorrect_timing: ['LivenessProbeTooImpatient'],
  readiness_probe_incorrect_protocol: ['ReadinessProbeWrongProtocol'],
  readiness_probe_incorrect_port: ['ReadinessProbeWrongPort'],
  sidecar_port_conflict: ['PortConflict'],
  port_conflict: ['PortConflict'],
  zero_replicas: ['ScaledToZero'],
  db_invalid_credentials: ['DependencyCredentialsRejected'],
  db_incorrect_port: ['DependencyWrongPort'],
  db_readonly: ['DatabaseReadOnly'],
  db_connection_exhaustion: ['DatabaseConnectionsExhausted'],
  service_selector_mismatch: ['ServiceSelectorMismatch'],
  service_port_mapping_mismatch: ['ServiceTargetPortMismatch', 'ServicePortMismatch'],
  service_protocol_mismatch: ['ServiceProtocolMismatch'],
  service_env_var_address_mismatch: ['EnvironmentAddressMismatch', 'DependencyWrongPort'],
  gateway_misroute: ['GatewayMisroute', 'IngressMisroute'],
  service_dns_resolution_failure: ['DnsPolicyWrong', 'ClusterDnsDown'],
  pod_cpu_overload: ['CpuSaturated'],
  pod_network_delay: ['PodNetworkDelay'],
  containerd_unavailable: ['ContainerRuntimeDown'],
  kubelet_unavailable: ['KubeletDown'],
  kube_proxy_unavailable: ['KubeProxyDown'],
  kube_scheduler_unavailable: ['SchedulerDown'],
  node_network_delay: ['NodeNetworkDelay'],
  node_network_packet_loss: ['NodeNetworkLoss'],
};

/**
 * Labels that the catalogue does not list exactly are read by their words: the first pattern that fits says which codes mean the same. Catalogues differ in
 * spelling (`mysql_invalid_credentials`, `db_wrong_credentials`), not in what they mean.
 */
const WORDS: readonly (readonly [label: RegExp, codes: readonly string[]])[] = [
  [/quota.*cpu|cpu.*quota/, ['QuotaExceededCPU']],
  [/quota.*mem|mem.*quota/, ['QuotaExceededMemory']],
  [/quota.*pod|pod.*quota/, ['QuotaExceededPods']],
  [/quota.*service|service.*quota/, ['QuotaExceededServices']],
  [/quota.*(stor|pvc|volume)|(stor|pvc|volume).*quota/, ['QuotaExceededStorage']],
  [/pull_?secret/, ['ImagePullSecretMissing', 'ImageAccessDenied']],
  [/service_?account/, ['MissingServiceAccount']],
  [/secret/, ['MissingSecret', 'MissingConfigKey']],
  [/config_?map/, ['MissingConfigMap', 'MissingConfigKey']],
  [/credential|password|auth/, ['DependencyCredentialsRejected']],
  [/read_?only/, ['DatabaseReadOnly']],
  [/connection.*(exhaust|limit|max|many|full)|(max|many|exhaust).*connection/, ['DatabaseConnectionsExhausted']],
  [
    /(db|database|mysql|postgres|mongo|redis|rabbit|kafka).*port|port.*(db|database|mysql|postgres|mongo|redis)/,
    ['DependencyWrongPort', 'EnvironmentAddressMismatch'],
  ],
  [/port.*conflict|conflict.*port/, ['PortConflict', 'HostPortConflict']],
  [/zero|replica/, ['ScaledToZero']],
  [/registry.*dns|dns.*registry/, ['RegistryDnsFailure']],
  [/gateway|misrout|ingress/, ['GatewayMisroute', 'IngressMisroute']],
  [/dns/, ['DnsPolicyWrong', 'ClusterDnsDown']],
  [/env.*(address|addr|host|url)|address.*mismatch/, ['EnvironmentAddressMismatch', 'DependencyWrongPort']],
  [/controller_?manager/, ['ControllerManagerDown']],
  [/scheduler/, ['SchedulerDown']],
  [/proxy/, ['KubeProxyDown']],
  [/kubelet/, ['KubeletDown']],
  [/containerd|runtime_unavail/, ['ContainerRuntimeDown']],
];

/** Does a code of ours mean what a label of a recording means? */
export function saysTheSame(code: string, label: string): boolean {
  if (plain(code) === plain(label)) return true;
  const listed = SAME[label] ?? WORDS.find(([pattern]) => label.includes('_') && pattern.test(label.toLowerCase()))?.[1] ?? [];
  return listed.includes(code);
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
