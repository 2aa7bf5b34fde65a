import type { KubernetesTopic } from '#domain/topic.ts';
import { isObject, type Raw, text } from '../kubernetes/schema/read.ts';
import { deliveryFields } from './delivered.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What of an object is written to a recording. Of a Secret only its name, labels, type and keys, the values empty; of an add-on's object only the
 * fields that are known to hold no value of a release; of any other object all but the copy that `kubectl apply` keeps of it and the field-by-field bookkeeping, which are half its size. Undefined for what is no object.
 */
export function scrub(topic: KubernetesTopic, item: unknown): Raw | undefined {
  if (!isObject(item)) return undefined;
  const metadata = scrubMetadata(item['metadata']);
  const delivered = deliveryFields(topic, item);
  if (delivered) return { metadata: { ...metadata, annotations: {} }, ...delivered };
  if (topic !== 'secrets') return { ...item, metadata };
  return { metadata: { ...metadata, annotations: {} }, type: text(item['type']), data: emptied(item['data'], item['stringData']) };
}

function scrubMetadata(value: unknown): Raw {
  if (!isObject(value)) return {};
  const { annotations, managedFields, ...rest } = value;
  const kept = isObject(annotations) ? Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED)) : undefined;
  const fields = Array.isArray(managedFields) ? managedFields.filter(isObject).map(({ fieldsV1: _, ...entry }) => entry) : undefined;
  return { ...rest, ...(kept && { annotations: kept }), ...(fields && { managedFields: fields }) };
}

function emptied(...maps: unknown[]): Raw {
  return Object.fromEntries(maps.filter(isObject).flatMap((map) => Object.keys(map).map((key) => [key, ''])));
}
