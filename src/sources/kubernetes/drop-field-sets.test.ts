import { describe, expect, it } from 'vitest';
import { dropFieldSets } from './drop-field-sets.ts';

const entry = { manager: 'kubectl', time: '2026-03-01T10:00:00Z', fieldsType: 'FieldsV1' };
const dropped = (json: string) => JSON.parse(dropFieldSets(Buffer.from(json)));

describe('dropFieldSets', () => {
  it('keeps who wrote when, and everything else', () => {
    const object = (fieldsV1: object) => ({
      metadata: {
        name: 'é',
        managedFields: [
          { ...entry, fieldsV1 },
          { ...entry, fieldsV1 },
        ],
      },
      spec: { a: [1, { b: '}' }] },
    });
    const list = { items: [object({ 'f:spec': { 'k:{"name":"}\\\\"}': { '.': {} } } }), object({})] };
    expect(dropped(JSON.stringify(list))).toEqual({ items: [object({}), object({})] });
  });

  it('leaves texts alone that look like it', () => {
    const list = { items: [{ data: { file: ',"fieldsV1":{"f:a":{}}', other: `x,${JSON.stringify({ a: 1, fieldsV1: { b: 2 } })}` } }] };
    expect(dropped(JSON.stringify(list))).toEqual(list);
  });

  it.each(['', '{}', '{"items":[{"a":1,"fieldsV1":{"f:a":{"f:b', '{"items":[{"a":1,"fieldsV1":{"f:a\\', '{"a":1, "fieldsV1": {"b":{}}}'])(
    'leaves %j as it is',
    (json) => {
      expect(dropFieldSets(Buffer.from(json))).toBe(json);
    },
  );
});
