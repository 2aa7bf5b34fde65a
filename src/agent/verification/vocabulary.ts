import { TOPIC_FACTS } from '#domain/topic.ts';

/** Kinds of objects, as a sentence names them before a name. */
export const KIND_WORDS: ReadonlySet<string> = new Set([
  ...Object.values(TOPIC_FACTS).map(({ kind }) => kind.toLowerCase()),
  ...['container', 'image', 'volume', 'database', 'host', 'user', 'cluster', 'claim', 'quota', 'key', 'label', 'variable', 'registry'],
]);

/** Words that stand behind a kind without being a name. */
export const NO_NAMES: ReadonlySet<string> = new Set(
  (
    'is was are were be been being has have had do does did not no never cannot can could will would should may might must and or but nor so yet if then than that which who whose what ' +
    'when where while why how as at by for from in into of on onto out over per to up with within without under until via because since after before during between against about again also ' +
    'all any both each every few more most other same some such only own itself themselves its their it they there here this these those a an the exists exist existed named called name names ' +
    'selector spec status template limit limits request requests object objects port ports reference references restarts restarted restarting restart fails failed failing fail crashes crashed ' +
    'crashing loop loops starts started starting start stops stopped stays stayed remains remained keeps kept runs ran running run waits waited waiting wait needs needed asks asked wants wanted uses used ' +
    'points pointed shows showed says said gets got goes went becomes became answers answered listens listened refuses refused rejects rejected expects expected exceeds exceeded exceeding reaches ' +
    'reached hits hit lacks lacked missing mounts mounted sets set reads read writes wrote pulls pulled exits exited ends ended dies died killed terminated evicted scheduled pending ready unready unavailable ' +
    'available unreachable healthy unhealthy down up full empty wrong invalid new old previous current first last next process processes resource resources memory cpu disk network endpoint endpoints ' +
    'address addresses pod pods container containers node nodes service services deployment deployments log logs event events metric metrics probe probes rollout revision revisions replica replicas ' +
    'name-space level side account pull pulls tag tags registry repository quota quotas key keys value values variable variables condition conditions state states change changes changed update updates updated ' +
    'lowered raised increased decreased removed added deleted created lost loses dropped drops matches match matched mismatch belongs selects selected sends sent receives received opens opened closes closed ' +
    'times timed took takes takes long longer too very now still already just once twice three one two unset unknown error errors failure failures problem problems issue issues pressure usage use ' +
    'offers offer connects connect connecting serves serve handles handle responds respond returns return returned contains contain contained holds hold throws threw logs prints reports report fires cause causes caused ' +
    'prevents prevent blocks block blocked tries try tried attempts attempt retries retry requires require required depends depend targets target routes route forwards exposes expose exposed maps mapped loads load loaded ' +
    'looks finds find found sees seen provides provide defines define defined declares declared configures configured specifies specified contacts tells told makes made gives given leaves left consumes consumed ' +
    'allocates allocated grows grew shrinks drives allows allow allowed denies denied accepts accepted probes probed checks checked health alone together instead however therefore thus hence during entirely repeatedly ' +
    'immediately shortly soon often always never every meets meet met speaks speak spoke manifest manifests takes schedules schedule places place placed fits fit holds tolerates tolerate carries carry ' +
    'lists list listed counts count counted admits admit admitted demands demand denies exits works work worked breaks break broke hangs hang hung stalls stall leaks leak leaked throttles throttle throttled ' +
    'applies apply applied enforces enforce creates create owns own owned manages manage managed controls control evicts evict drains drain rejects calls call called listens believes believe assumes assume ' +
    'cleans clean rolls roll rolled recovers recover recovered serves served follows follow followed compares compare sums sum adds add exposes watches watch resolves resolve resolved cannot grants grant ' +
    'granted asks binds bind bound claims claimed provisions provision provisioned deletes delete detaches attaches attach attached mistypes misspells spells names refers refer referred means mean meant turns turn turned'
  ).split(' '),
);

/** Parts of which ordinary hyphenated words are made. A hyphenated word with any other part is taken for a name. */
export const COMMON_PARTS: ReadonlySet<string> = new Set(
  (
    'a an and or of to in on off out up down by for from with at as back read write only non zero re pre post co self short long high low new old real time run roll side level per multi single ' +
    'well known date end memory cpu crash loop image pull rate limit limited node pod service cluster container config map key value pair start stop restart ready not ever increasing all one two three first ' +
    'second third last day hour minute so called built third party open source hard soft time timed over under provisioned cross wide scoped name namespaced space local remote host user root super mis configured ' +
    'half full empty hand held follow through life cycle client server front request response error prone free safe secure based driven facing term lived running blocking fast slow auto scaling scaled scale load ' +
    'balanced balancer life way go come right left write through writable readable executable mounted state full less stateful stateless step by case sensitive check checks point file system disk space network control plane'
  ).split(' '),
);

/** Software that a claim may blame only where the evidence names it. */
export const SOFTWARE =
  /\b(?:redis|postgres(?:ql)?|mysql|mariadb|kafka|zookeeper|rabbitmq|mongo(?:db)?|elasticsearch|opensearch|cassandra|nginx|haproxy|traefik|envoy|istio|linkerd|vault|consul|etcd|coredns|cilium|calico|flannel|argo(?:cd)?|flux|keycloak|minio|ceph|longhorn|memcached|clickhouse|nats|cert-manager|karpenter|keda|kyverno|gatekeeper)\b/gi;

/**
 * What a claim may be about, and by which words evidence shows that it is: a claim about memory needs evidence that speaks of memory.
 * `claim` is looked for in the claim, `shown` in what it cites.
 */
export const CONCEPTS: readonly { readonly claim: RegExp; readonly shown: RegExp }[] = [
  { claim: /\b(?:out of memory|oom\w*|memory)\b/i, shown: /memory|oom|heap|rss|137|[kmg]i\b/i },
  { claim: /\b(?:dns|resolv\w+|name resolution)\b/i, shown: /dns|resolv|lookup|no such host|name or service/i },
  { claim: /\b(?:certificates?|tls|x509|ssl)\b/i, shown: /cert|tls|x509|ssl/i },
  { claim: /\b(?:disk|storage|filesystem|file system)\b/i, shown: /disk|storage|volume|space|filesystem|file system|inode|pvc|persistentvolume/i },
  {
    claim: /\b(?:permissions?|forbidden|unauthori[sz]ed|credentials?|passwords?|authenticat\w+)\b/i,
    shown: /permi|forbid|denied|unauthori|credential|password|authenticat|rbac|40[13]/i,
  },
  { claim: /\bquotas?\b/i, shown: /quota/i },
  { claim: /\b(?:liveness|readiness|startup)? ?probes?\b/i, shown: /probe|unhealthy|health/i },
  { claim: /\bthrottl\w+/i, shown: /throttl|cpu/i },
  { claim: /\b(?:evict\w+|preempt\w+)\b/i, shown: /evict|preempt/i },
  {
    claim: /\b(?:taints?|tolerat\w+|affinity|cordon\w*|unschedulable|schedul\w+)\b/i,
    shown: /taint|tolerat|affinity|cordon|schedul|nodes are available|node=/i,
  },
  { claim: /\b(?:image|registry|pull(?:ed|ing)?)\b/i, shown: /image|registry|pull/i },
  { claim: /\b(?:network|connections?|unreachable|packets?)\b/i, shown: /network|connect|unreach|dial|timeout|timed out|refused|packet|reset|route/i },
  { claim: /\b(?:hacked|breach\w*|attack\w*|malware|compromised|intrusion|ransomware)\b/i, shown: /(?!)/ },
];
