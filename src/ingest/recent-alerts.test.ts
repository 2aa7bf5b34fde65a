import { describe, expect, it } from 'vitest';
import { type Delivery, NO_ALERT_NAME } from '#domain/alert.ts';
import { parseDelivery } from './parse-delivery.ts';
import { createRecentAlerts } from './recent-alerts.ts';

const START = '2026-01-05T03:00:00Z';
const T0 = Date.parse('2026-01-05T03:10:00.000Z');

function delivery(fingerprints: readonly string[], { cluster = 'default', at = T0, status = 'firing', startsAt = START as string | undefined } = {}): Delivery {
  const alerts = fingerprints.map((fingerprint) => ({ fingerprint, status, startsAt, labels: { alertname: NO_ALERT_NAME } }));
  const meta = { id: 'd', cluster, receivedAt: new Date(at).toISOString(), remoteAddress: '', userAgent: '' };
  const parsed = parseDelivery(JSON.stringify({ alerts }), meta);
  if (!parsed.ok) throw new Error(parsed.why);
  return parsed.delivery;
}

describe('createRecentAlerts', () => {
  it('knows a delivery whose alerts it remembers, for the window and no longer', () => {
    const recent = createRecentAlerts();
    expect(recent.holdsAll(delivery(['a']), T0)).toBe(false);
    recent.remember(delivery(['a', 'b']), T0);
    expect(recent.holdsAll(delivery(['b']), T0 + 59_999)).toBe(true);
    expect(recent.holdsAll(delivery(['b', 'c']), T0 + 1)).toBe(false);
    expect(recent.holdsAll(delivery(['b']), T0 + 60_000)).toBe(false);
  });

  it('takes another cluster, status or startsAt for another alert', () => {
    const recent = createRecentAlerts();
    recent.remember(delivery(['a']), T0);
    expect(recent.holdsAll(delivery(['a'], { cluster: 'eu' }), T0)).toBe(false);
    expect(recent.holdsAll(delivery(['a'], { status: 'resolved' }), T0)).toBe(false);
    expect(recent.holdsAll(delivery(['a'], { startsAt: '2026-01-05T03:05:00Z' }), T0)).toBe(false);
  });

  it('knows an alert without startsAt again', () => {
    const recent = createRecentAlerts();
    recent.remember(delivery(['a'], { startsAt: undefined }), T0);
    expect(recent.holdsAll(delivery(['a'], { startsAt: undefined, at: T0 + 5_000 }), T0 + 5_000)).toBe(true);
  });

  it('is not prolonged by duplicates', () => {
    const recent = createRecentAlerts();
    recent.remember(delivery(['a']), T0);
    recent.remember(delivery(['a', 'b']), T0 + 50_000);
    expect(recent.holdsAll(delivery(['a']), T0 + 61_000)).toBe(false);
    expect(recent.holdsAll(delivery(['b']), T0 + 61_000)).toBe(true);
  });

  it('does not swallow what resolved and fires again, even without startsAt', () => {
    const recent = createRecentAlerts();
    const again = (status: string) => delivery(['a'], { startsAt: undefined, status });
    recent.remember(again('firing'), T0);
    recent.remember(again('resolved'), T0 + 1_000);
    expect(recent.holdsAll(again('resolved'), T0 + 2_000)).toBe(true);
    expect(recent.holdsAll(again('firing'), T0 + 2_000)).toBe(false);
  });

  it('never calls an empty delivery a duplicate', () => {
    expect(createRecentAlerts().holdsAll(delivery([]), T0)).toBe(false);
  });

  it('stays within its capacity and drops what is old', () => {
    const recent = createRecentAlerts({ windowMs: 1_000, capacity: 3 });
    recent.remember(delivery(['a', 'b', 'c', 'd', 'e']), T0);
    expect(recent.size).toBe(3);
    expect(recent.holdsAll(delivery(['c', 'd', 'e']), T0)).toBe(true);
    recent.remember(delivery(['f']), T0 + 1_000);
    expect(recent.size).toBe(1);
  });
});
