/**
 * What the process ends with, for scripts:
 * 0: it was done. 1: it was tried and failed. 2: the command line is wrong. 3: the configuration is wrong.
 */
export const EXIT = { ok: 0, failed: 1, usage: 2, config: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
