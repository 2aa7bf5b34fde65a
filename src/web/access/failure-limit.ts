/** How often one address may fail. Bounded in memory, whoever asks. */
export interface FailureLimit {
  /** Seconds until the address may try again; 0 when it may now. */
  waitSeconds(address: string): number;
  /** Counts a failure. True for as long as there is room; false from the first failure on that is one too many. */
  fail(address: string): boolean;
}

export interface FailureLimitOptions {
  readonly failures: number;
  readonly windowSeconds: number;
  /** Addresses remembered at one time; the oldest are forgotten first. */
  readonly addresses?: number;
  readonly clock: () => Date;
}

export function createFailureLimit({ failures, windowSeconds, addresses = 10_000, clock }: FailureLimitOptions): FailureLimit {
  const seen = new Map<string, { count: number; readonly endsAt: number }>();
  const current = (key: string) => {
    const known = seen.get(key);
    if (known === undefined || known.endsAt > clock().getTime()) return known;
    seen.delete(key);
    return undefined;
  };
  return {
    waitSeconds(address) {
      const known = current(networkOf(address));
      return known && known.count >= failures ? Math.ceil((known.endsAt - clock().getTime()) / 1_000) : 0;
    },
    fail(address) {
      const key = networkOf(address);
      const known = current(key) ?? { count: 0, endsAt: clock().getTime() + windowSeconds * 1_000 };
      known.count += 1;
      seen.set(key, known);
      const [oldest] = seen.keys();
      if (seen.size > addresses && oldest !== undefined) seen.delete(oldest);
      return known.count <= failures;
    },
  };
}

/** One household or server has a whole /64 of IPv6 addresses to choose from. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').slice(0, 100);
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  // Before a :: the groups are in their places; groups that it stands for are zero.
  const first = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 4 - groups.length)).fill('0')];
  return first.slice(0, 4).join(':');
}
