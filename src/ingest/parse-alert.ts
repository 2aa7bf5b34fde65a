import type { Alert, AlertStatus } from '#domain/alert.ts';
import { fingerprintOf } from './fingerprint.ts';
import { wireTime } from './wire-time.ts';
import { isObject, kindOf, labelSetOf, textOf } from './wire-value.ts';

/** A fingerprint that the sender gave is taken as it is up to this length: it becomes part of a URL. Alertmanager's have 16 characters. */
const MAX_FINGERPRINT_LENGTH = 256;

export type ParsedAlert = { readonly ok: true; readonly alert: Alert } | { readonly ok: false; readonly why: string };

/**
 * One item of `alerts`. Needs nothing but to be an object whose labels, if any, are an object; everything else has a default:
 * no startsAt is `receivedAt`, no status is read from endsAt (Prometheus sends no status, and an endsAt in the future while it fires),
 * no fingerprint is computed. The status of the group is never looked at: groups are mixed, and truncation changes it.
 */
export function parseAlert(item: unknown, receivedAt: string): ParsedAlert {
  if (!isObject(item)) return { ok: false, why: `is ${kindOf(item)}, not an object` };
  const given = item['labels'];
  if (given !== undefined && given !== null && !isObject(given)) return { ok: false, why: `labels: is ${kindOf(given)}, not an object` };

  const labels = labelSetOf(given);
  const endsAt = wireTime(item['endsAt']);
  const status = statusOf(item['status']) ?? (endsAt !== null && endsAt <= receivedAt ? 'resolved' : 'firing');
  return {
    ok: true,
    alert: {
      fingerprint: givenFingerprint(item['fingerprint']) ?? computedFingerprint(labels),
      status,
      labels,
      annotations: labelSetOf(item['annotations']),
      startsAt: wireTime(item['startsAt']) ?? receivedAt,
      endsAt: status === 'firing' ? null : endsAt,
      generatorUrl: textOf(item['generatorURL']) ?? '',
    },
  };
}

function statusOf(value: unknown): AlertStatus | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return word === 'firing' || word === 'resolved' ? word : undefined;
}

function givenFingerprint(value: unknown): string | undefined {
  const text = typeof value === 'object' ? undefined : textOf(value);
  return text && text.length <= MAX_FINGERPRINT_LENGTH ? text : undefined;
}

/** Alertmanager drops labels with an empty value before it takes the fingerprint. */
function computedFingerprint(labels: Alert['labels']): string {
  return fingerprintOf(Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')));
}
