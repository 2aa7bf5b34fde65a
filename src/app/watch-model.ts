import type { Agent } from '#agent/agent.ts';
import type { LlmProbe } from '#agent/model.ts';

interface ModelLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Tells the log when the model cannot be asked and why, at the start and whenever that changes: a wrong name is told with those that are known. */
export function watchModel<Watched extends Pick<Agent, 'refresh' | 'model'>>(agent: Watched, log: ModelLog): Watched {
  let told = '';
  const tell = (probe: LlmProbe): void => {
    const problem = probe.state === 'disconnected' ? probe : probe.attention;
    const now = problem?.detail ?? '';
    if (now === told) return;
    told = now;
    if (problem === undefined) log.info({ model: agent.model }, 'The model can be asked');
    else if (probe.state === 'connected') log.warn({ why: problem.detail, fix: problem.fix }, 'The fast model cannot be asked: long results are cut instead');
    else log.warn({ model: agent.model, why: problem.detail, fix: problem.fix }, 'The model cannot be asked: until it can, answers come from rules');
  };
  return {
    ...agent,
    async refresh(signal, now) {
      const probe = await agent.refresh(signal, now);
      tell(probe);
      return probe;
    },
  };
}
