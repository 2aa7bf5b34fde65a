import { alertNameOf, type LabelSet } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import { type AlertRule, type MetricsServer, parseGeneratorUrl, type Threshold, thresholdOf, windowMsOf } from '#sources/metrics-server.ts';
import { STOCK_ALERTS } from './stock-alerts.ts';

/** What is known about the rule that an alert came from. */
export interface KnownRule {
  readonly alertName: string;
  /** PromQL; undefined when neither a server nor the alert's own link tells. */
  readonly expression: string | undefined;
  readonly threshold: Threshold | undefined;
  /** How long the expression held before the alert fired; undefined when nobody knows. */
  readonly forMs: number | undefined;
  /** How far back the expression looks; undefined when nobody knows. */
  readonly windowMs: number | undefined;
  /** Where it is from: as loaded in a server, the alert's link, the table of stock alerts; `nowhere`: nothing is known. */
  readonly from: 'server' | 'link' | 'stock' | 'nowhere';
}

/** Which rule made which episode. */
export type RuleOf = (episode: Pick<Episode, 'labels' | 'generatorUrl'>) => KnownRule;

/** An incident seldom has more kinds of alerts than this; the rules of the others are read from their links. */
const MOST_NAMES = 12;

/** Learns the rules behind the alerts of an incident: from the server that evaluates them, else from the alerts' links, else from what stock alerts have. */
export async function learnRules(episodes: readonly Episode[], server: MetricsServer | undefined, signal: AbortSignal): Promise<RuleOf> {
  const names = [...new Set(episodes.map(({ labels }) => alertNameOf(labels)))].slice(0, MOST_NAMES);
  const loaded = new Map<string, readonly AlertRule[]>();
  if (server) await Promise.all(names.map(async (name) => loaded.set(name, await loadedRules(name, server, signal))));
  return ({ labels, generatorUrl }) => ruleOf(labels, generatorUrl, loaded.get(alertNameOf(labels)) ?? []);
}

async function loadedRules(name: string, server: MetricsServer, signal: AbortSignal): Promise<readonly AlertRule[]> {
  const reading = await server.rules(name, signal);
  return reading.outcome === 'present' ? reading.data : [];
}

function ruleOf(labels: LabelSet, generatorUrl: string, loaded: readonly AlertRule[]): KnownRule {
  const alertName = alertNameOf(labels);
  // Several rules have one name (by severity, by pace): the one whose static labels the alert carries.
  const rule = loaded.find((one) => Object.entries(one.labels).every(([name, value]) => labels[name] === value || value.includes('{{'))) ?? loaded[0];
  if (rule) return { alertName, expression: rule.expression, threshold: rule.threshold, forMs: rule.forMs, windowMs: rule.windowMs, from: 'server' };
  const stock = STOCK_ALERTS[`${alertName}/${labels['severity'] ?? ''}`] ?? STOCK_ALERTS[`${alertName}/warning`] ?? STOCK_ALERTS[`${alertName}/critical`];
  const forMs = stock && stock[0] * 1000;
  const expression = parseGeneratorUrl(generatorUrl);
  if (expression) return { alertName, expression, threshold: thresholdOf(expression), forMs, windowMs: windowMsOf(expression), from: 'link' };
  return { alertName, expression: undefined, threshold: undefined, forMs, windowMs: stock && stock[1] * 1000, from: stock ? 'stock' : 'nowhere' };
}

/** Without the rule this is how far before startsAt the onset is taken to be: most rules hold for 5 to 15 minutes and look back 5. */
const USUAL_DELAY_MS = 20 * 60_000;
/** A longer window is a forecast or an average over days: the trouble began somewhere in it, seldom at its beginning. */
const LONGEST_WINDOW_MS = 3_600_000;

/**
 * When the trouble began at the latest: the earliest of startsAt minus `for` minus window. `now` when no alert has a time. A startsAt is when the
 * rule fired, not when the trouble began: KubePodCrashLooping fires 15 to 20 minutes after it.
 */
export function onsetOf(episodes: readonly Episode[], ruleOf: RuleOf, now: Date): string {
  const onsets = episodes.flatMap((episode) => {
    const firedAt = Date.parse(episode.startsAt);
    return Number.isNaN(firedAt) ? [] : [firedAt - delayMs(ruleOf(episode))];
  });
  const earliest = onsets.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  return new Date(Number.isFinite(earliest) ? earliest : now.getTime() - USUAL_DELAY_MS).toISOString();
}

function delayMs({ forMs, windowMs = 0 }: KnownRule): number {
  return forMs === undefined ? Math.max(USUAL_DELAY_MS, Math.min(windowMs, LONGEST_WINDOW_MS)) : forMs + Math.min(windowMs, LONGEST_WINDOW_MS);
}
