import { createHash } from 'node:crypto';

/** What the senders said about one alert, in the order in which they first said it. */
export interface AlertHistory {
  readonly cluster: string;
  readonly fingerprint: string;
  readonly said: readonly Said[];
}

/** One thing that was said of an alert; every message that says it again is the same thing. */
export interface Said {
  readonly status: 'firing' | 'resolved';
  readonly startsAt: string;
  readonly endsAt: string | null;
  /** The number of the first message that said it. */
  readonly message: number;
  readonly firstSentAt: number;
  /** When it was answered with 200; undefined: nobody knows whether it is there. */
  acknowledgedAt?: number;
}

export interface Wire {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly startsAt: string;
  readonly endsAt: string | null;
}

export interface Message {
  readonly number: number;
  readonly cluster: string;
  readonly alerts: readonly Wire[];
}

/** Everything that was sent, and what was promised in return: what the product is held to. */
export interface Ledger {
  /** To be called before the first byte is sent. */
  sending(cluster: string, alerts: readonly Wire[]): Message;
  acknowledged(message: Message): void;
  alerts(): readonly AlertHistory[];
  alert(cluster: string, fingerprint: string): AlertHistory | undefined;
  messages(): number;
}

export function createLedger(): Ledger {
  const histories = new Map<string, { readonly cluster: string; readonly fingerprint: string; readonly said: Said[] }>();
  let messages = 0;
  const keyOf = (cluster: string, fingerprint: string): string => `${cluster} ${fingerprint}`;
  const find = (cluster: string, { fingerprint, status, startsAt, endsAt }: Wire): Said | undefined =>
    histories.get(keyOf(cluster, fingerprint))?.said.find((one) => one.status === status && one.startsAt === startsAt && one.endsAt === endsAt);

  return {
    sending(cluster, alerts) {
      messages += 1;
      for (const wire of alerts) {
        if (find(cluster, wire)) continue;
        const key = keyOf(cluster, wire.fingerprint);
        const history = histories.get(key) ?? { cluster, fingerprint: wire.fingerprint, said: [] };
        const { status, startsAt, endsAt } = wire;
        history.said.push({ status, startsAt, endsAt, message: messages, firstSentAt: Date.now() });
        histories.set(key, history);
      }
      return { number: messages, cluster, alerts };
    },
    acknowledged({ cluster, alerts }) {
      for (const wire of alerts) {
        const said = find(cluster, wire);
        if (said) said.acknowledgedAt ??= Date.now();
      }
    },
    alerts: () => [...histories.values()],
    alert: (cluster, fingerprint) => histories.get(keyOf(cluster, fingerprint)),
    messages: () => messages,
  };
}

/** A fingerprint as Alertmanager writes it: 16 hexadecimal digits. */
export function fingerprintOf(group: string, number: number): string {
  return createHash('sha256').update(`${group}/${number}`).digest('hex').slice(0, 16);
}
