/**
 * Keeps apart what may have killed the thread it ran in. All that ran there is suspect; a suspect runs alone, and is none any more once it ended well. So the one that
 * kills threads does so alone, and its attempts are soon used up.
 */
export interface Quarantine {
  /** These ran in a thread that died. */
  suspect(names: Iterable<string>): void;
  /** Runs the task beside the others, or, for a suspect, when no other runs. */
  run<T>(name: string, task: () => Promise<T>): Promise<T>;
}

export function createQuarantine(): Quarantine {
  const suspects = new Set<string>();
  const running = new Set<Promise<unknown>>();
  /** Suspects that wait or run; the others wait for them. */
  let suspectsAhead = 0;
  let suspectsEnded: Promise<unknown> = Promise.resolve();

  function begin<T>(task: () => Promise<T>): Promise<T> {
    const run = task();
    const ended = run.then(
      () => {},
      () => {},
    );
    running.add(ended);
    void ended.then(() => running.delete(ended));
    return run;
  }

  return {
    suspect(names) {
      for (const name of names) suspects.add(name);
    },

    async run(name, task) {
      if (!suspects.has(name)) {
        while (suspectsAhead > 0) await suspectsEnded;
        return await begin(task);
      }
      suspectsAhead += 1;
      const turn = suspectsEnded.then(async () => {
        await Promise.all(running);
        const result = await begin(task);
        suspects.delete(name);
        return result;
      });
      const ended = (): void => {
        suspectsAhead -= 1;
      };
      suspectsEnded = turn.then(ended, ended);
      return await turn;
    },
  };
}
