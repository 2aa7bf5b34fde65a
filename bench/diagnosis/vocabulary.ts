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
  missing_secret_binding: ['MissingSecret'],
  missing_secret: ['MissingSecret'],
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
  service_env_var_address_mismatch: ['EnvironmentAddressMismatch'],
  gateway_misroute: ['GatewayMisroute'],
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

export function saysTheSame(code: string, label: string): boolean {
  return plain(code) === plain(label) || (SAME[label] ?? []).includes(code);
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
