import { alertNameOf, type LabelSet } from '#domain/alert.ts';
import type { Symptom } from '#domain/symptom.ts';

/** An alert as far as it tells what trouble looks like. */
export interface Seen {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  /** PromQL, when it is known. */
  readonly expression?: string | undefined;
}

type Clue = readonly [pattern: RegExp, symptoms: readonly Symptom[]];

/** By alert name, stock ones and those that people give their own; every clue that fits counts. */
const BY_NAME: readonly Clue[] = [
  [/crash.?loop|restart|oom.?kill|^podoom/i, ['restarting', 'not-ready']],
  [/^kubepodnotready$|pod.*not.?ready|podready|unready|containernotready/i, ['not-ready', 'pending', 'unavailable']],
  [/containerwaiting|pending|imagepull|failedscheduling|unschedulable|notscheduled|misscheduled/i, ['pending', 'not-ready']],
  [/(deployment|statefulset|daemonset|replicaset).*(mismatch|unavailable|missing|replicas)|pdb|disruption/i, ['unavailable', 'not-ready', 'rollout-stuck']],
  [/rollout|generationmismatch|updatenotrolledout|updatestuck/i, ['rollout-stuck', 'unavailable']],
  [/job(failed|notcompleted)|cronjob|kubejob|backup.*(failed|missing)/i, ['job-failed']],
  [/hpa|autoscal|scal(ing|ed|er)/i, ['autoscaling', 'saturated']],
  [/quota|overcommit|limitrange/i, ['quota', 'pending']],
  [
    /throttl|saturation|cpuhigh|highcpu|cpu.*(usage|load|high)|(high|load).*cpu|loadaverage|memory.*(high|usage|util|pressure)|high.*memory/i,
    ['saturated', 'slow'],
  ],
  [/persistentvolume|(^|[^a-z])pvc?([^a-z]|$)|volume|inode/i, ['volume-trouble', 'pending']],
  [/^(?:Kube)?Node[A-Z]|^Host[A-Z]|^Kubelet|NodeUnreachable|^InstanceDown$/, ['node-trouble']],
  [/filesystem|disk|outofspace|outoffiles|raid/i, ['volume-trouble']],
  [/targetdown|instancedown|servicedown|endpointdown|unreachab|absent|probefailed|blackbox|down$/i, ['target-down', 'unavailable']],
  [/^kubeapi|^kubeaggregated|^kube(scheduler|controllermanager|proxy|stateme|client|version)|^etcd|coredns|^dns/i, ['control-plane']],
  [/cert|tls|x509|expir/i, ['certificate']],
  [/error|5xx|4xx|failure|failed|failing|success|availability|slo|burn|badgateway/i, ['errors']],
  [/latency|slow|duration|response.?time|timeout|p9\d|apdex|lag|behind|backlog|queue/i, ['slow', 'saturated']],
];

/** By the metrics that the expression compares. */
const BY_EXPRESSION: readonly Clue[] = [
  [/container_status_restarts|last_terminated_reason|waiting_reason\{[^}]*CrashLoop/, ['restarting', 'not-ready']],
  [/kube_pod_container_status_waiting|kube_pod_status_phase|kube_pod_status_(?:ready|scheduled|unschedulable)/, ['pending', 'not-ready']],
  [/kube_(?:deployment|statefulset|daemonset|replicaset)_.*(?:replicas|available|ready|scheduled)/, ['unavailable', 'not-ready']],
  [/kube_job_|kube_cronjob_/, ['job-failed']],
  [/kube_horizontalpodautoscaler_/, ['autoscaling']],
  [/kube_resourcequota/, ['quota']],
  [/kubelet_volume_stats|kube_persistentvolume/, ['volume-trouble']],
  [/kube_node_|node_(?:cpu|load|memory|filesystem|disk|network)|kubelet_(?:node|pleg|evictions)/, ['node-trouble']],
  [/container_cpu_cfs_throttled|container_cpu_usage|container_memory_(?:working_set|usage|rss)/, ['saturated', 'slow']],
  [/\bup\s*(?:\{[^}]*\})?\s*==\s*0|absent\(|probe_success/, ['target-down', 'unavailable']],
  [/_bucket\b|histogram_quantile|latency|duration_seconds|_p9[059]/, ['slow']],
  [
    /(?:code|status|status_code|response_code|grpc_code)\s*[=!]~?\s*"[^"]*[45]|_errors?_total|_failed_total|_failures_total|success_ratio|error_ratio/,
    ['errors'],
  ],
  [/apiserver_|etcd_|workqueue_|scheduler_/, ['control-plane']],
  [/cert(?:ificate)?_(?:expir|not_after)|ssl_earliest_cert_expiry/, ['certificate']],
];

/** By the words people write for people; only looked at when nothing else says anything. */
const BY_WORDS: readonly Clue[] = [
  [/crash ?loop|restart/i, ['restarting']],
  [/not ready|unready/i, ['not-ready']],
  [/pending|cannot be scheduled|unschedulable/i, ['pending']],
  [/unavailable|is down|not available|outage|no healthy|unreachab/i, ['unavailable']],
  [/slow|latency|response time|timeouts?/i, ['slow']],
  [/error rate|errors|5xx|failing|failed requests/i, ['errors']],
  [/cpu|memory|saturat|throttl|overload/i, ['saturated']],
  [/disk|volume|storage/i, ['volume-trouble']],
  [/\bnode\b/i, ['node-trouble']],
  [/certificate|expires/i, ['certificate']],
];
const MAX_CHARS = 5_000;

/** What the trouble looks like from outside; `unknown` when the alert does not tell. */
export function readSymptoms({ labels, annotations, expression = '' }: Seen): readonly Symptom[] {
  const told = [...fitting(BY_NAME, alertNameOf(labels)), ...fitting(BY_EXPRESSION, expression)];
  const words = ['summary', 'description', 'message', 'title'].map((name) => annotations[name] ?? '').join(' ');
  const all = new Set(told.length > 0 ? told : fitting(BY_WORDS, words));
  return all.size > 0 ? [...all] : ['unknown'];
}

function fitting(clues: readonly Clue[], text: string): readonly Symptom[] {
  const bounded = text.slice(0, MAX_CHARS);
  return clues.flatMap(([pattern, symptoms]) => (pattern.test(bounded) ? symptoms : []));
}

/** What no object of the API tells: how long requests take, how many of them fail, how busy something is, whether a target answers. */
const MEASURED: readonly Symptom[] = ['slow', 'errors', 'saturated', 'target-down'];

/** True when healthy objects alone do not mean that nothing is wrong: it shows in metrics, or in what programs say of each other. */
export function isUnseen(symptoms: ReadonlySet<Symptom>): boolean {
  return isMeasured(symptoms) || symptoms.has('unavailable');
}

/** True when the trouble shows in metrics only, so that healthy objects alone do not mean that nothing is wrong. */
export function isMeasured(symptoms: ReadonlySet<Symptom>): boolean {
  return MEASURED.some((one) => symptoms.has(one));
}
