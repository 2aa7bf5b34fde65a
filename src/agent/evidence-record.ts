import { type ObjectRef, refKey } from '#domain/object-ref.ts';
import type { Analysis, ReportEvidence, ReportSubject } from '#domain/report.ts';

/** One piece of evidence of a run: of the rules, of the alert, or found by a tool. Text is redacted: it holds placeholders. */
export interface RecordedEvidence {
  readonly id: string;
  readonly origin: 'rules' | 'alert' | 'tool';
  readonly source: ReportEvidence['source'];
  readonly title: string;
  readonly subject: ReportSubject | null;
  readonly query: string;
  readonly observedAt: string;
  /** All of it; what the model was shown may be less. */
  readonly text: string;
  /** Objects that it proves to exist. */
  readonly objects: readonly ObjectRef[];
  /** True for what people write freely (logs, events, annotations, the alert): it can say anything. */
  readonly hearsay: boolean;
}

/** What is known in a run, numbered as on the report; continues the numbers of the rules. */
export interface EvidenceRecord {
  add(entry: Omit<RecordedEvidence, 'id'>): RecordedEvidence;
  get(id: string): RecordedEvidence | undefined;
  all(): readonly RecordedEvidence[];
  /** True when some evidence proves that the object exists. Kind and name in any case; namespace exact unless not given. */
  exists(ref: { readonly kind: string; readonly namespace?: string | null | undefined; readonly name: string }): boolean;
  /** Namespaces of all known objects. */
  namespaces(): ReadonlySet<string>;
}

/** Opens the record with the evidence of the rules. `redact` takes out what must not leave the process. */
export function openEvidenceRecord(analysis: Analysis, redact: (text: string) => string): EvidenceRecord {
  const entries = new Map<string, RecordedEvidence>();
  const known = new Map<string, ObjectRef>();
  let last = 0;

  const learn = (refs: readonly ObjectRef[]) => {
    for (const ref of refs) known.set(refKey({ ...ref, kind: ref.kind.toLowerCase() }), ref);
  };
  const keep = (entry: RecordedEvidence) => {
    entries.set(entry.id, entry);
    learn(entry.objects);
    return entry;
  };

  const statements = statementsOf(analysis);
  for (const one of analysis.evidence) {
    last = Math.max(last, Number(/^E(\d{1,6})$/.exec(one.id)?.[1] ?? 0));
    const text = [one.title, one.excerpt, ...(statements.get(one.id) ?? [])].filter(Boolean).join('\n');
    keep({
      id: one.id,
      origin: 'rules',
      source: one.source,
      title: redact(one.title),
      subject: one.subject,
      query: one.query,
      observedAt: one.observed_at,
      text: redact(text),
      objects: one.subject ? [refOf(one.subject)] : [],
      hearsay: one.source === 'logs' || one.source === 'alert' || isBackground(one),
    });
  }
  learn(subjectsOf(analysis).map(refOf));

  return {
    add(entry) {
      last += 1;
      return keep({ ...entry, id: `E${last}` });
    },
    get: (id) => entries.get(id),
    all: () => [...entries.values()],
    exists({ kind, namespace, name }) {
      if (kind.toLowerCase() === 'namespace') return known.has(`namespace//${name}`) || [...known.values()].some((ref) => ref.namespace === name);
      if (namespace) return known.has(`${kind.toLowerCase()}/${namespace}/${name}`);
      return [...known.values()].some((ref) => ref.kind.toLowerCase() === kind.toLowerCase() && ref.name === name);
    },
    namespaces: () => new Set([...known.values()].flatMap((ref) => (ref.namespace ? [ref.namespace] : []))),
  };
}

/** True for what was written before and for another occasion (runbooks, earlier incidents): it says nothing of now. */
export function isBackground({ source }: Pick<ReportEvidence, 'source'>): boolean {
  return source === 'runbook' || source === 'memory';
}

/** A subject of the report as the reference of an object. */
function refOf({ kind, namespace, name }: ReportSubject): ObjectRef {
  return { kind, ...(namespace !== null && { namespace }), name };
}

/** What the rules say a piece of evidence shows, and the objects in it. */
function statementsOf({ root_causes, ruled_out, consequences }: Analysis): ReadonlyMap<string, readonly string[]> {
  const statements = new Map<string, string[]>();
  const note = (id: string | undefined, text: string | undefined) => {
    if (id !== undefined && text) statements.set(id, [...(statements.get(id) ?? []), text]);
  };
  for (const cause of root_causes) {
    for (const [index, id] of cause.evidence.entries()) {
      note(id, cause.reasons[index]);
      note(id, `${cause.subject.kind} ${cause.subject.namespace ?? ''} ${cause.subject.name}`);
    }
  }
  for (const { why, evidence } of ruled_out) for (const id of evidence) note(id, why);
  for (const { title, evidence } of consequences) for (const id of evidence) note(id, title);
  return statements;
}

function subjectsOf({ root_causes, consequences, timeline }: Analysis): readonly ReportSubject[] {
  return [
    ...root_causes.flatMap(({ subject, affects }) => [subject, ...affects]),
    ...consequences.map(({ subject }) => subject),
    ...timeline.flatMap(({ subject }) => (subject ? [subject] : [])),
  ];
}
