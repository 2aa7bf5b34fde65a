import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';
import { parseDelivery } from './parse-delivery.ts';

interface Entry {
  readonly file: string;
  readonly case: string;
  readonly alerts?: number;
  readonly truncatedAlerts?: number;
  readonly notification_reason?: string;
}
const folder = new URL('../../testing/payloads/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as readonly Entry[];
const META = { id: 'd', cluster: 'default', receivedAt: '2026-11-23T12:00:00.000Z', remoteAddress: '127.0.0.1', userAgent: '' };

/** Grafana removes labels after it took the fingerprint. */
const cannotBeRecomputed = ({ file }: Entry): boolean => file.startsWith('other-senders/grafana-');

describe('the captured payloads', () => {
  it('are all there', () => {
    expect(index).toHaveLength(141);
  });

  it.each(index)('accepts $file', (entry) => {
    const parsed = parseDelivery(readFileSync(new URL(entry.file, folder), 'utf8'), META);
    if (!parsed.ok) throw new Error(parsed.why);
    const { alerts, truncatedAlerts, notificationReason } = parsed.delivery;
    expect(parsed.rejected).toEqual([]);
    expect(alerts).toHaveLength(entry.alerts ?? 1);
    expect(truncatedAlerts).toBe(entry.truncatedAlerts ?? 0);
    expect(notificationReason).toBe(entry.notification_reason ?? '');
    if (cannotBeRecomputed(entry)) return;
    expect(alerts.map(({ labels }) => fingerprintOf(labels))).toEqual(alerts.map(({ fingerprint }) => fingerprint));
  });

  it('point 27: read times with nanoseconds and zone offsets, and no end while firing', () => {
    const all = index.flatMap(({ file }) => {
      const parsed = parseDelivery(readFileSync(new URL(file, folder), 'utf8'), META);
      return parsed.ok ? parsed.delivery.alerts : [];
    });
    expect(all.length).toBeGreaterThan(700);
    for (const { status, startsAt, endsAt } of all) {
      expect(startsAt).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(endsAt === null).toBe(status === 'firing');
    }
  });
});
