/** Where it can stand only as a key: inside a JSON text every quote has a backslash before it. */
const FIELD_SET = Buffer.from(',"fieldsV1":{');
const [QUOTE, BACKSLASH, OPEN, CLOSE] = [0x22, 0x5c, 0x7b, 0x7d];

/**
 * The JSON of a list without what `managedFields` say about single fields, which are half of it and which nobody here reads: who wrote when stays. Parsing what is left takes
 * half the time and the memory. Overwrites `json`. What is broken off, or laid out otherwise, stays as it is.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#managed-fields
 */
export function dropFieldSets(json: Buffer): string {
  let [kept, from] = [0, 0];
  for (let at = json.indexOf(FIELD_SET); at >= 0; at = json.indexOf(FIELD_SET, from)) {
    const inside = at + FIELD_SET.length;
    const end = endOfObject(json, inside);
    if (end === undefined) break;
    kept += json.copy(json, kept, from, inside);
    from = end;
  }
  kept += json.copy(json, kept, from);
  return json.toString('utf8', 0, kept);
}

/** Where the brace is that closes the object in which `from` lies. */
function endOfObject(json: Buffer, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === OPEN) depth += 1;
    else if (byte === CLOSE) {
      depth -= 1;
      if (depth === 0) return at;
    } else if (byte === QUOTE) {
      at += 1;
      while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
    }
  }
  return undefined;
}
