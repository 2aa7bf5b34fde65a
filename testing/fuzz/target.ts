import type { Random } from './random.ts';

/** One way into the product, and what must hold whatever comes in by it. */
export interface Target {
  readonly name: string;
  /** Of a thousand cases, how many. */
  readonly share: number;
  /** One case. Rejects with a Violation, or whatever the product threw, when something that must hold does not. */
  run(random: Random): Promise<void>;
  close(): Promise<void>;
}

/** Something that must hold did not. `input`: what was sent, for whoever looks into it. */
export class Violation extends Error {
  readonly input: unknown;

  constructor(message: string, input: unknown) {
    super(message);
    this.input = input;
  }
}

/** It took longer than it may. Counts only if it does so again: the machine has other things to do. */
export class TooSlow extends Violation {}
