import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import { fingerprintOf, type Ledger, type Message, type Wire } from './ledger.ts';
import type { GroupPlan } from './schedule.ts';

/** What a sender needs besides its plan. */
export interface Sending {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly patienceMs: number;
  /** Milliseconds since the start of the load. */
  readonly now: () => number;
  /** Messages that were not acknowledged: with a 503, or because the connection broke. They are sent again. */
  readonly unheard: { refused: number; broken: number };
  /** Answers that no sender should ever get. */
  readonly strange: (what: string) => void;
}

const RETRY_MS = 150;
const TWIN_TRIES = 3;

interface AlertState {
  status: 'firing' | 'resolved';
  startsAt: string;
  endsAt: string | null;
  /** A resolve that was told is not told again. */
  told: boolean;
}

/**
 * Sends what becomes of one group as Alertmanager does: the state of all its alerts as it is now, until it is acknowledged or there is something newer to
 * say; never two messages at once. Its twin says the same again later, whatever was said in between. Resolves when the last state is acknowledged.
 */
export async function sendGroup(plan: GroupPlan, sending: Sending): Promise<void> {
  const alerts = new Map<number, AlertState>();
  const twins: Promise<void>[] = [];
  for (const [index, change] of plan.changes.entries()) {
    await sleep(Math.max(0, change.atMs - sending.now()));
    apply(alerts, change);
    const nextAtMs = plan.changes[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    await tell(plan, alerts, nextAtMs, twins, sending);
  }
  await Promise.all(twins);
}

function apply(alerts: Map<number, AlertState>, { fire, resolve }: { readonly fire: readonly number[]; readonly resolve: readonly number[] }): void {
  const now = new Date().toISOString();
  for (const number of fire) {
    if (alerts.get(number)?.status !== 'firing') alerts.set(number, { status: 'firing', startsAt: now, endsAt: null, told: false });
  }
  for (const number of resolve) {
    const alert = alerts.get(number);
    if (alert?.status === 'firing') alerts.set(number, { ...alert, status: 'resolved', endsAt: now, told: false });
  }
}

async function tell(plan: GroupPlan, alerts: Map<number, AlertState>, untilMs: number, twins: Promise<void>[], sending: Sending): Promise<void> {
  const group = plan.name;
  const current = [...alerts].filter(([, { status, told }]) => status === 'firing' || !told);
  if (current.length === 0) return;
  const wires = current.map(([number, { status, startsAt, endsAt }]): Wire => ({ fingerprint: fingerprintOf(group, number), status, startsAt, endsAt }));
  const message = sending.ledger.sending(plan.cluster, wires);
  const body = bodyOf(plan, message);
  do {
    if (await post(message, body, sending)) {
      for (const [, alert] of current) if (alert.status === 'resolved') alert.told = true;
      if (plan.twinAfterMs !== null) twins.push(repeatLater(message, body, plan.twinAfterMs, sending));
      return;
    }
    await sleep(RETRY_MS);
  } while (sending.now() < untilMs);
}

async function repeatLater(message: Message, body: string, afterMs: number, sending: Sending): Promise<void> {
  await sleep(afterMs);
  for (let tries = TWIN_TRIES; tries > 0; tries--) {
    if (await post(message, body, sending)) return;
    await sleep(RETRY_MS);
  }
}

/** True when it was acknowledged. A broken connection or a 503 promises nothing; anything else is strange. */
async function post(message: Message, body: string, { fleet, ledger, patienceMs, unheard, strange }: Sending): Promise<boolean> {
  const { cluster } = message;
  let status: number;
  try {
    const answer = await fetch(`${fleet.url()}/webhook${cluster === 'default' ? '' : `/${cluster}`}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.28.1' },
      body,
      signal: AbortSignal.timeout(patienceMs),
    });
    status = answer.status;
    if (status === 200) {
      const { report_urls: links } = (await answer.json()) as { readonly report_urls: readonly unknown[] };
      if (links.length !== message.alerts.length) strange(`message ${message.number}: ${links.length} links for ${message.alerts.length} alerts`);
    } else await answer.body?.cancel();
  } catch {
    unheard.broken += 1;
    return false;
  }
  if (status === 200) ledger.acknowledged(message);
  else if (status === 503) unheard.refused += 1;
  else strange(`message ${message.number}: answered ${status}`);
  return status === 200;
}

function bodyOf(plan: GroupPlan, { alerts }: Message): string {
  return JSON.stringify({
    version: '4',
    groupKey: `{}:{group="${plan.name}"}`,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: 'oncallm',
    groupLabels: { group: plan.name },
    commonLabels: { group: plan.name },
    alerts: alerts.map(({ fingerprint, status, startsAt, endsAt }) => ({
      status,
      labels: { alertname: 'KubePodCrashLooping', group: plan.name, namespace: plan.namespace, severity: plan.severity, pod: `web-${fingerprint}` },
      annotations: { summary: 'from the fault suite' },
      startsAt,
      endsAt: endsAt ?? '0001-01-01T00:00:00Z',
      generatorURL: '',
      fingerprint,
    })),
  });
}
