import type { Expected } from '../diagnosis/score.ts';
import { saysTheSame } from '../diagnosis/vocabulary.ts';

/**
 * What evidence of a cause must show, whoever judges it: the words of the field, the message or the series that the cause rests on, as Kubernetes writes them.
 * By label of the recorded incidents (`expected.json`).
 */
const SHOWN: Readonly<Record<string, RegExp>> = {
  namespace_cpu_quota_exceeded: /quota[\s\S]*cpu|cpu[\s\S]*quota/i,
  namespace_memory_quota_exceeded: /quota[\s\S]*memory|memory[\s\S]*quota/i,
  namespace_pod_quota_exceeded: /quota[\s\S]*pods|pods[\s\S]*quota/i,
  namespace_service_quota_exceeded: /quota[\s\S]*services|services[\s\S]*quota/i,
  namespace_storage_quota_exceeded: /quota[\s\S]*(?:storage|persistentvolumeclaims)|(?:storage|persistentvolumeclaims)[\s\S]*quota/i,
  missing_service_account: /service ?account "?[\w./-]+"? not found/i,
  node_cordon_mismatch: /unschedulable/i,
  node_affinity_mismatch: /node ?affinity/i,
  node_selector_mismatch: /nodeSelector/i,
  pod_anti_affinity_conflict: /anti-?affinity/i,
  taint_toleration_mismatch: /taint/i,
  cpu_capacity_mismatch: /insufficient cpu|requests[^\n]*cpu/i,
  memory_capacity_mismatch: /insufficient memory|requests[^\n]*memory/i,
  pv_binding_occupied: /claimRef|phase: Bound|already bound/i,
  pvc_selector_mismatch: /selector|matchLabels/i,
  pvc_storage_class_mismatch: /storageClass/i,
  pvc_capacity_mismatch: /\d[KMGT]i?\b/,
  pvc_access_mode_mismatch: /ReadWrite|ReadOnlyMany/,
  volume_mount_permission_denied: /permission denied/i,
  incorrect_image_reference: /ErrImagePull|ImagePullBackOff|InvalidImageName|failed to (?:pull|resolve)/i,
  image_registry_dns_failure: /no such host|server misbehaving|lookup [\w.-]+/i,
  missing_image_pull_secret: /pull ?secret|unauthorized|denied|authorization failed/i,
  oom_killed: /OOM-?killed/i,
  liveness_probe_incorrect_protocol: /liveness[\s\S]*(?:httpGet|grpc|tcpSocket|malformed|statuscode|HTTP)/i,
  liveness_probe_incorrect_port: /liveness[\s\S]*(?:port|connection refused)/i,
  liveness_probe_incorrect_timing: /liveness[\s\S]*(?:initialDelaySeconds|periodSeconds|timeoutSeconds|failureThreshold|context deadline)/i,
  readiness_probe_incorrect_protocol: /readiness[\s\S]*(?:httpGet|grpc|tcpSocket|malformed|statuscode|HTTP)/i,
  readiness_probe_incorrect_port: /readiness[\s\S]*(?:port|connection refused)/i,
  service_env_var_address_mismatch: /\b[A-Z][A-Z0-9_]*(?:ADDR|HOST|URL|PORT|SERVICE)[A-Z0-9_]*\b/,
  service_port_mapping_mismatch: /targetPort|\b\d+ ?(?:->|→) ?\d+/,
  service_protocol_mismatch: /\bUDP\b|\bSCTP\b/,
  service_selector_mismatch: /selector/i,
  pod_cpu_overload: /cpu/i,
  pod_network_delay: /latency|delay|round.?trip|duration|\bms\b/i,
  node_network_delay: /latency|delay|round.?trip|duration|\bms\b/i,
  node_network_packet_loss: /loss|drop|retrans|success/i,
  containerd_unavailable: /containerd|container runtime/i,
  kubelet_unavailable: /kubelet/i,
  kube_proxy_unavailable: /kube-?proxy/i,
  kube_scheduler_unavailable: /scheduler/i,
};

/** What of the decisive evidence a text lacks: the object of the cause, or the field; empty when it has both. undefined for a label that nobody has described. */
export function missingIn(text: string, { root_cause, object }: Expected): readonly string[] | undefined {
  const [, field] = Object.entries(SHOWN).find(([label]) => label === root_cause || saysTheSame(root_cause, label)) ?? [];
  if (!field) return undefined;
  const name = object.split('/').at(-1) ?? '';
  return [...(text.includes(name) ? [] : [name]), ...(field.test(text) ? [] : [String(field)])];
}
