import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '#domain/alert.ts';
import { type DeliveryMeta, parseDelivery } from './parse-delivery.ts';

const META: DeliveryMeta = {
  id: 'd1',
  cluster: 'default',
  receivedAt: '2026-01-05T03:10:00.000Z',
  remoteAddress: '10.0.0.7',
  userAgent: 'Alertmanager/0.33.1',
};

function parsed(body: unknown): { delivery: Delivery; rejected: readonly { index: number; why: string }[] } {
  const result = parseDelivery(typeof body === 'string' ? body : JSON.stringify(body), META);
  if (!result.ok) throw new Error(result.why);
  return result;
}

function oneAlert(alert: unknown): Delivery['alerts'][number] {
  return parsed({ alerts: [alert] }).delivery.alerts[0]!;
}

describe('parseDelivery: the frame', () => {
  it('reads the fields of a group', () => {
    const body = JSON.stringify({
      receiver: 'team\\.x',
      groupKey: '{}:{}',
      groupLabels: { a: '1' },
      commonLabels: { b: '2' },
      commonAnnotations: { c: '3' },
      externalURL: 'http://am:9093',
      truncatedAlerts: 3,
      notification_reason: 'new alerts added',
      status: 'firing',
      version: '4',
      alerts: [],
    });
    expect(parsed(body).delivery).toEqual({
      ...META,
      receiver: 'team\\.x',
      groupKey: '{}:{}',
      groupLabels: { a: '1' },
      commonLabels: { b: '2' },
      commonAnnotations: { c: '3' },
      externalUrl: 'http://am:9093',
      truncatedAlerts: 3,
      notificationReason: 'new alerts added',
      alerts: [],
      body,
    });
  });

  it('needs nothing but the array of alerts; null is as good as absent', () => {
    for (const body of [
      { alerts: [{}] },
      { alerts: [{ labels: null, annotations: null, fingerprint: null, startsAt: null }], groupLabels: null, receiver: null },
    ]) {
      const { delivery } = parsed(body);
      expect(delivery).toMatchObject({ receiver: '', groupKey: '', groupLabels: {}, truncatedAlerts: 0, notificationReason: '' });
      expect(delivery.alerts[0]).toMatchObject({ fingerprint: 'cbf29ce484222325', status: 'firing', labels: {}, annotations: {}, startsAt: META.receivedAt });
    }
  });

  it('accepts an empty array as a delivery of nothing', () => {
    expect(parsed({ alerts: [] })).toMatchObject({ delivery: { alerts: [] }, rejected: [] });
  });

  it('accepts the bare array that Prometheus posts, and a byte order mark before it', () => {
    expect(parsed('\uFEFF[{"labels":{"alertname":"A"}}]').delivery.alerts).toHaveLength(1);
  });

  it('point 14: keeps every label and annotation, also odd ones, and the whole body', () => {
    const body = '{"extra":{"x":1},"alerts":[{"labels":{"__proto__":"p","deployment":"api","k8s.pod.name":"x"},"annotations":{"empty":""},"ruleUID":"u"}]}';
    const { delivery } = parsed(body);
    expect(Object.entries(delivery.alerts[0]!.labels)).toEqual([
      ['__proto__', 'p'],
      ['deployment', 'api'],
      ['k8s.pod.name', 'x'],
    ]);
    expect(delivery.alerts[0]!.annotations).toEqual({ empty: '' });
    expect(delivery.body).toBe(body);
  });

  it.each([
    ['', 'body: is empty'],
    ['not json', 'body: is not JSON'],
    ['{"alerts":[{"labels":', 'body: is not JSON'],
    ['17', 'body: is a number, not an object'],
    ['null', 'body: is null, not an object'],
    ['{}', 'alerts: is missing'],
    ['{"alerts":null}', 'alerts: is null, not an array'],
    ['{"alerts":{"0":{}}}', 'alerts: is an object, not an array'],
    ['{"alerts":["x",1]}', 'alerts[0] is a string, not an object; none of 2 alerts is usable'],
    ['{"alerts":[{"labels":"x"}]}', 'alerts[0] labels: is a string, not an object'],
  ])('refuses %s and says where', (body, why) => {
    const result = parseDelivery(body, META);
    expect(result.ok).toBe(false);
    expect(!result.ok && result.why).toContain(why);
  });

  it('point 5: takes what it can and reports the rest', () => {
    const { delivery, rejected } = parsed({ alerts: [1, { labels: { alertname: 'A' } }, { labels: [] }, null] });
    expect(delivery.alerts.map(({ labels }) => labels)).toEqual([{ alertname: 'A' }]);
    expect(rejected).toEqual([
      { index: 0, why: 'is a number, not an object' },
      { index: 2, why: 'labels: is an array, not an object' },
      { index: 3, why: 'is null, not an object' },
    ]);
  });
});

describe('parseDelivery: one alert', () => {
  it('point 12: takes the status of an alert from the alert, never from the group', () => {
    const { delivery } = parsed({ status: 'resolved', alerts: [{ status: 'firing' }, { endsAt: '2026-01-05T03:09:00Z' }, {}, { status: 'Resolved' }] });
    expect(delivery.alerts.map(({ status }) => status)).toEqual(['firing', 'resolved', 'firing', 'resolved']);
  });

  it('has no end while it fires, whatever the sender foresees', () => {
    expect(oneAlert({ endsAt: '2026-01-05T03:14:00Z' })).toMatchObject({ status: 'firing', endsAt: null });
    expect(oneAlert({ status: 'firing', endsAt: '2026-01-05T03:09:00Z' }).endsAt).toBeNull();
    expect(oneAlert({ status: 'resolved', endsAt: '2026-01-05T05:09:00+02:00' }).endsAt).toBe('2026-01-05T03:09:00.000Z');
    expect(oneAlert({ status: 'resolved', endsAt: '0001-01-01T00:00:00Z' }).endsAt).toBeNull();
  });

  it('takes any fingerprint as it is and computes the missing one', () => {
    expect(oneAlert({ fingerprint: 'test/123 ä' }).fingerprint).toBe('test/123 ä');
    expect(oneAlert({ fingerprint: 123 }).fingerprint).toBe('123');
    for (const fingerprint of [undefined, null, '', {}, [], 'x'.repeat(257)]) {
      expect(oneAlert({ fingerprint, labels: { alertname: 'A', empty: '' } }).fingerprint).toBe('d2c6efc389df0927');
    }
  });

  it('writes label values that are no strings as text and leaves out null', () => {
    expect(oneAlert({ labels: { n: 1.5, b: true, o: { x: [1] }, gone: null, s: 'a' } }).labels).toEqual({ n: '1.5', b: 'true', o: '{"x":[1]}', s: 'a' });
  });

  it('replaces what no encoding can carry, so that a fingerprint always makes a URL', () => {
    const alert = oneAlert({ fingerprint: 'a\uD800', labels: { '\uDC00': '\uD83D' } });
    expect(() => encodeURIComponent(alert.fingerprint)).not.toThrow();
    expect(alert.labels).toEqual({ '\uFFFD': '\uFFFD' });
  });
});

describe('parseDelivery: whatever comes', () => {
  it('survives nesting that cannot be written again', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(parseDelivery(`{"alerts":[{"labels":{"a":${deep}}}]}`, META).ok).toBeTypeOf('boolean');
    expect(parseDelivery(deep, META).ok).toBe(false);
  });

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (body) => typeof parseDelivery(body, META).ok === 'boolean'));
  });

  it('never throws on any JSON in any place, and what it accepts has the shape of a delivery', () => {
    const key = fc.oneof(fc.constantFrom('status', 'labels', 'annotations', 'startsAt', 'endsAt', 'fingerprint', 'generatorURL', '__proto__'), fc.string());
    const alert = fc.oneof(fc.dictionary(key, fc.jsonValue()), fc.jsonValue());
    const group = fc.record(
      { alerts: fc.array(alert), groupLabels: fc.jsonValue(), truncatedAlerts: fc.jsonValue(), receiver: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(group, fc.array(alert), fc.jsonValue()), (body) => {
        const result = parseDelivery(JSON.stringify(body), META);
        if (!result.ok) return result.why.length > 0;
        return result.delivery.alerts.every(
          (item) =>
            item.fingerprint.length > 0 &&
            /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(item.startsAt) &&
            Object.values(item.labels).every((value) => typeof value === 'string') &&
            Object.values(item.annotations).every((value) => typeof value === 'string') &&
            (item.status === 'resolved' || item.endsAt === null),
        );
      }),
    );
  });
});
