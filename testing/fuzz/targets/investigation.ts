import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { investigateOnce } from '#app/investigate-once.ts';
import type { Delivery } from '#domain/alert.ts';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { RULES } from '#rules/registry.ts';
import { openRecording } from '#sources/recording/open-recording.ts';
import { writeRecording } from '#sources/recording/write-recording.ts';
import type { Source } from '#sources/source.ts';
import type { Pages } from '#web/pages.ts';
import { type RecordedCluster, recordedClusters } from '../corpus.ts';
import { examineReport } from '../examine-report.ts';
import { mutateJson } from '../mutate-json.ts';
import { mutateText } from '../mutate-text.ts';
import type { Random } from '../random.ts';
import { createReader, createSource } from '../recorded-world.ts';
import { type Target, TooSlow } from '../target.ts';

const LIMIT_MS = 5_000;
/** One in so many cases goes through the files of a recording too. */
const RECORDED = 25;

/** Objects, logs, metrics and alerts of a recorded cluster with a few things wrong, through all rules to the report and its page. */
export function createInvestigationTarget(pages: Pages): Target {
  const clusters = recordedClusters();
  const newId = createUuidV7();
  return {
    name: 'investigation',
    share: 150,
    async run(random) {
      const cluster = mutateCluster(random.pick(clusters), random);
      const recorded = random.chance(1 / RECORDED);
      const source = recorded ? await recordAndOpen(cluster) : createSource(createReader(cluster), cluster.metrics, cluster.takenAt);
      const input = { cluster: cluster.name, changed: cluster.changed };
      const began = performance.now();
      const report = await investigateOnce({
        delivery: deliveryOf(cluster),
        world: { sources: [source], clock: () => new Date(cluster.takenAt) },
        rules: RULES,
        baseUrl: 'http://localhost:8001',
        newId,
        signal: new AbortController().signal,
        step: () => {},
      });
      const investigated = performance.now() - began;
      examineReport(report, pages, input);
      const took = performance.now() - began;
      if (took > LIMIT_MS) throw new TooSlow(`it took ${Math.round(investigated)} ms to investigate, ${Math.round(took - investigated)} ms to show`, input);
    },
    close: async () => {},
  };
}

interface Mutated extends RecordedCluster {
  readonly changed: readonly unknown[];
}

function mutateCluster(cluster: RecordedCluster, random: Random): Mutated {
  const changed: unknown[] = [];
  const lists = new Map(cluster.lists);
  for (let count = random.whole(1, 4); count > 0; count--) {
    const name = random.pick([...lists.keys()]);
    const items = lists.get(name) ?? [];
    if (items.length === 0) continue;
    // Most of what is wrong is wrong in one object; rarely the whole list is.
    const at = random.whole(0, items.length - 1);
    const mutated = random.chance(0.9) ? items.with(at, mutateJson(items[at], random, random.whole(1, 8))) : mutateJson(items, random);
    if (!Array.isArray(mutated)) continue;
    changed.push({ name, object: mutated[at] });
    lists.set(name, mutated);
  }
  const logs = new Map(cluster.logs);
  if (logs.size > 0 && random.chance(0.3)) {
    const name = random.pick([...logs.keys()]);
    logs.set(name, mutateText(logs.get(name) ?? '', random, [...cluster.logs.values()]));
  }
  const metrics = cluster.metrics !== '' && random.chance(0.3) ? mutateText(cluster.metrics, random) : cluster.metrics;
  const alert = random.chance(0.3) ? mutateJson(cluster.alert, random) : cluster.alert;
  return { ...cluster, lists, logs, metrics, alert, changed };
}

function deliveryOf({ alert, takenAt }: RecordedCluster): Delivery {
  const meta = { id: 'd', cluster: 'default', receivedAt: takenAt, remoteAddress: '', userAgent: '' };
  const parsed = parseDelivery(JSON.stringify(alert) ?? '', meta);
  if (parsed.ok && parsed.delivery.alerts.length > 0) return parsed.delivery;
  const plain = parseDelivery('{"alerts":[{"labels":{"alertname":"KubePodNotReady"}}]}', meta);
  if (!plain.ok) throw new Error(plain.why);
  return plain.delivery;
}

async function recordAndOpen(cluster: Mutated): Promise<Source> {
  const dir = await mkdtemp(join(tmpdir(), 'oncallm-fuzz-'));
  try {
    await writeRecording(dir, createReader(cluster), { namespace: 'shop', takenAt: cluster.takenAt, alert: cluster.alert }, new AbortController().signal);
    const { source } = await openRecording(dir);
    // Read before the folder goes: every list once.
    await Promise.all(
      [...source.topics].map((topic) => source.answer({ about: 'list', topic: topic as 'pods', namespace: 'shop' }, new AbortController().signal)),
    );
    return source;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
