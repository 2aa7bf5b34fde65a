import type { Alert, Delivery } from '#domain/alert.ts';
import { messageOf } from '#domain/error.ts';
import { parseAlert } from './parse-alert.ts';
import { countOf, isObject, type JsonObject, kindOf, labelSetOf, textOf } from './wire-value.ts';

/** What is known about a request besides its body. `receivedAt` is UTC RFC 3339 with milliseconds. */
export type DeliveryMeta = Pick<Delivery, 'id' | 'cluster' | 'receivedAt' | 'remoteAddress' | 'userAgent'>;

export type ParsedDelivery =
  | { readonly ok: true; readonly delivery: Delivery; readonly rejected: readonly RejectedAlert[] }
  /** `why` says what is wrong and where, for the log. */
  | { readonly ok: false; readonly why: string };

export interface RejectedAlert {
  /** Position in `alerts`, from 0. */
  readonly index: number;
  readonly why: string;
}

/**
 * Reads a webhook body: Alertmanager's, of any version, Grafana's, a custom payload, or the bare array that Prometheus posts to
 * `/api/v2/alerts`. It takes what it can and needs nothing but an array `alerts` of objects, because an error answer to one alert
 * loses the whole group. Not ok: no JSON, no such array, or not one usable alert in it. An empty array is a delivery of nothing.
 */
export function parseDelivery(body: string, meta: DeliveryMeta): ParsedDelivery {
  const read = readJson(body);
  if (!read.ok) return read;
  const group = Array.isArray(read.value) ? { alerts: read.value } : read.value;
  if (!isObject(group)) return { ok: false, why: `body: is ${kindOf(group)}, not an object` };
  const items = group['alerts'];
  if (!Array.isArray(items)) return { ok: false, why: items === undefined ? 'alerts: is missing' : `alerts: is ${kindOf(items)}, not an array` };

  const alerts: Alert[] = [];
  const rejected: RejectedAlert[] = [];
  items.forEach((item: unknown, index) => {
    const parsed = parseAlert(item, meta.receivedAt);
    if (parsed.ok) alerts.push(parsed.alert);
    else rejected.push({ index, why: parsed.why });
  });
  if (alerts.length === 0 && rejected[0]) {
    return { ok: false, why: `alerts[${rejected[0].index}] ${rejected[0].why}; none of ${rejected.length} alerts is usable` };
  }
  return { ok: true, delivery: deliveryOf(group, alerts, body, meta), rejected };
}

function deliveryOf(group: JsonObject, alerts: readonly Alert[], body: string, meta: DeliveryMeta): Delivery {
  return {
    ...meta,
    receiver: textOf(group['receiver']) ?? '',
    groupKey: textOf(group['groupKey']) ?? '',
    groupLabels: labelSetOf(group['groupLabels']),
    commonLabels: labelSetOf(group['commonLabels']),
    commonAnnotations: labelSetOf(group['commonAnnotations']),
    externalUrl: textOf(group['externalURL']) ?? '',
    truncatedAlerts: countOf(group['truncatedAlerts']),
    notificationReason: textOf(group['notification_reason']) ?? '',
    alerts,
    body,
  };
}

function readJson(body: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string } {
  if (body.trim() === '') return { ok: false, why: 'body: is empty' };
  try {
    return { ok: true, value: JSON.parse(body.startsWith('\uFEFF') ? body.slice(1) : body) };
  } catch (thrown) {
    return { ok: false, why: `body: is not JSON: ${messageOf(thrown).slice(0, MAX_WHY_LENGTH)}` };
  }
}

const MAX_WHY_LENGTH = 200;
