import type { Series } from '#domain/question.ts';
import { latest, tidy } from '#lib/series.ts';
import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { isOfNode } from '../support/node-facts.ts';
import { fix, look } from '../support/workload-edits.ts';

/** Certificates, tokens and leases tolerate little; the usual alert fires at 50 milliseconds. */
const TOLERATED_SECONDS = 0.05;
/** What the kernel says when it has heard of no time source for long. */
const LOST_SECONDS = 16;
const MINUTES_15 = 900_000;

export const nodeClockSkew = defineRule({
  id: 'node-clock-skew',
  code: 'NodeClockSkew',
  summary: 'the clock of a node is off or no longer synchronised',
  about: 'Node',
  role: 'cause',
  symptoms: ['node-trouble', 'certificate', 'control-plane'],
  needs: ['metrics'],
  references: [{ title: 'node_exporter: timex collector', url: 'https://github.com/prometheus/node_exporter' }],

  async judge({ ref, object }, ask, { now }) {
    const question = (metric: string) =>
      ({
        about: 'series',
        topic: 'metrics',
        metric,
        matchers: [],
        from: new Date(Date.parse(now) - MINUTES_15).toISOString(),
        to: new Date(Date.parse(now)).toISOString(),
        stepSeconds: 60,
      }) as const;
    const offsets = await ask(question('node_timex_offset_seconds'));
    const errors = await ask(question('node_timex_maxerror_seconds'));
    if (offsets.outcome !== 'present' || errors.outcome !== 'present') return notApplicable;
    const own = (all: readonly Series[]) => all.find(({ labels }) => isOfNode(labels, object));
    const [offset, error] = [own(offsets.data), own(errors.data)];
    if (!offset || !error) return notApplicable;
    const off = latest(offset.samples) ?? 0;
    const lost = tidy(error.samples).length >= 3 && tidy(error.samples).every(({ value }) => value >= LOST_SECONDS);
    const skewed = tidy(offset.samples).length >= 3 && tidy(offset.samples).every(({ value }) => Math.abs(value) > TOLERATED_SECONDS);
    if (!lost && !skewed) return ruledOut(offsets, `The clock of ${ref.name} is right within ${TOLERATED_SECONDS * 1000} ms.`);
    return found(
      'likely',
      [
        ...(skewed ? [cite(offsets, `The clock of ${ref.name} is off by ${Math.round(off * 1000)} ms.`, { about: ref })] : []),
        ...(lost
          ? [cite(errors, `The kernel of ${ref.name} no longer knows how wrong its clock is: it has heard of no time source for long.`, { about: ref })]
          : []),
      ],
      {
        title: skewed
          ? `The clock of node ${ref.name} is off by ${Math.round(off * 1000)} ms`
          : `The clock of node ${ref.name} is not synchronised with any time source`,
        explanation:
          'A wrong clock makes certificates and tokens fail that are valid, confuses leases and elections, and puts events and logs in the wrong order.',
        remedies: [
          look('See the node.', kubectl(ref, 'get', objectArg(ref), '-o', 'wide')),
          fix(
            'On the machine, see whether its time service runs and reaches a server: chronyc tracking, or timedatectl timesync-status.',
            kubectl(ref, 'describe', objectArg(ref)),
            'none',
          ),
        ],
        affects: [],
      },
    );
  },
});
