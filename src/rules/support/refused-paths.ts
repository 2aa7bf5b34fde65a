import type { Present } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { type LogLines, log } from '#domain/question.ts';
import { type AskFor, cite } from '../rule.ts';
import { isFinished, podRef } from './pods.ts';

/** How servers say that they do not know a path. */
const UNKNOWN =
  /\b404\b|not found|no static resource|no (?:handler|route|mapping) (?:found |matched )?for|no route matches|routingerror|notfoundhttpexception|could not be found|cannot (?:get|post|put|patch|delete|head) \//i;
const PODS_READ = 2;
const CONTAINERS_READ = 3;
const LINES_SHOWN = 3;

/** Requests for a path that were answered as unknown, in the logs of these pods: of the gateway that sent them, or of who got them. Undefined when none is logged. */
export async function refusalOf(path: string, pods: readonly Pod[], ask: AskFor<'logs'>): Promise<Citation | undefined> {
  const prefix = path.replace(/[*$].*$/, '').replace(/\/$/, '');
  if (prefix.length < 2) return undefined;
  for (const pod of pods.filter((one) => !isFinished(one)).slice(0, PODS_READ)) {
    for (const { name } of pod.spec.containers.slice(0, CONTAINERS_READ)) {
      const said = await ask(log(podRef(pod), name));
      const lines = said.outcome === 'present' ? refused(said, prefix) : [];
      if (said.outcome === 'present' && lines.length > 0)
        return cite(said, `${name} answers requests for ${prefix} with "not found" (${lines.length} logged).`, {
          about: podRef(pod),
          excerpt: lines
            .slice(-LINES_SHOWN)
            .map((line) => line.slice(0, 300))
            .join('\n'),
        });
    }
  }
  return undefined;
}

function refused({ data }: Present<LogLines>, prefix: string): readonly string[] {
  const bare = prefix.slice(1);
  return data.lines.map(({ text }) => text).filter((text) => text.includes(bare) && UNKNOWN.test(text));
}
