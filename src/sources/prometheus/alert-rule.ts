import { z } from 'zod';

/** An alerting rule as the server has it loaded. */
export interface AlertRule {
  readonly name: string;
  readonly group: string;
  /** PromQL. */
  readonly expression: string;
  /** The rule's `for`: how long the expression held before the alert fired. */
  readonly forMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** What the expression is compared with, when it ends in a comparison with a number. */
  readonly threshold?: Threshold | undefined;
  /** The longest range or offset in the expression: how far back it looks. 0 when it looks at the present only. */
  readonly windowMs: number;
}

export interface Threshold {
  readonly op: '>' | '>=' | '<' | '<=' | '==' | '!=';
  readonly value: number;
}

const MAX_EXPRESSION_CHARS = 20_000;

const texts = z.record(z.string(), z.string()).catch({});
const ruleSchema = z.object({
  type: z.literal('alerting'),
  name: z.string(),
  query: z.string().max(MAX_EXPRESSION_CHARS),
  duration: z.number().nonnegative().catch(0),
  labels: texts,
  annotations: texts,
});
const groupsSchema = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(z.unknown()) })) });

/** The alerting rules called `name` in an answer of `/api/v1/rules`; undefined when it is no such answer. */
export function readAlertRules(data: unknown, name: string): readonly AlertRule[] | undefined {
  const groups = groupsSchema.safeParse(data).data?.groups;
  return groups?.flatMap((group) =>
    group.rules.flatMap((rule) => {
      const parsed = ruleSchema.safeParse(rule).data;
      if (parsed?.name !== name) return [];
      const { query, duration, labels, annotations } = parsed;
      return [
        { name, group: group.name, expression: query, forMs: duration * 1000, labels, annotations, threshold: thresholdOf(query), windowMs: windowMsOf(query) },
      ];
    }),
  );
}

/** The comparison that an expression ends in: `> 0.9`; undefined when it ends otherwise (`absent(x)`, `a > b`). */
export function thresholdOf(expression: string): Threshold | undefined {
  const match = /(>=|<=|==|!=|>|<)\s{0,20}(?:bool\s{1,20})?(-?\d{1,30}(?:\.\d{1,30})?(?:e[+-]?\d{1,3})?)[\s)]{0,50}$/i.exec(expression.slice(-200));
  const op = match?.[1] as Threshold['op'] | undefined;
  return op === undefined ? undefined : { op, value: Number(match?.[2]) };
}

/** The longest range, subquery or offset in an expression, in milliseconds: `rate(x[5m])` looks back five minutes. */
export function windowMsOf(expression: string): number {
  const ranges = expression.slice(0, MAX_EXPRESSION_CHARS).matchAll(/(?:\[|\boffset\s{1,10}|:)\s{0,10}((?:\d{1,10}(?:ms|[smhdwy])){1,7})(?=[\s\]:),]|$)/g);
  return [...ranges].reduce((longest, [, duration = '']) => Math.max(longest, durationMs(duration) ?? 0), 0);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

/** A duration as Prometheus writes it, `1h30m`, in milliseconds; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  if (!/^(?:\d{1,10}(?:ms|[smhdwy])){1,7}$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}
