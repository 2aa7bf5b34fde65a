import type { Past, PastIncident } from '#domain/knowledge.ts';
import type { PastQuestion } from '#domain/question.ts';
import type { ReaderAnswer, ReaderQuestion } from '#domain/reader-question.ts';
import type { Transcript } from '#domain/transcript.ts';
import { causeKey } from '../correlation.ts';
import { unpackText } from '../packed-text.ts';
import { searchQuery } from '../search-words.ts';
import type { Conversations } from '../store.ts';
import { type ReadContext, unindexed } from './read-context.ts';
import type { IncidentRow } from './rows.ts';

/** Questions of one report that are shown. */
const QUESTION_LIMIT = 50;
/** Past incidents that are told of, and how many of the newest episodes are looked at for each way of being alike. */
const PAST_LIMIT = 10;
const MOST_COUNTED = 1_000;
const EPISODES_LOOKED_AT = 200;
const FINGERPRINTS_LOOKED_FOR = 50;
const FEEDBACK_LIMIT = 5;

export type ConversationQueries = Pick<
  Conversations,
  'transcript' | 'hasTranscript' | 'questions' | 'question' | 'questionTranscript' | 'questionSteps' | 'pastIncidents'
>;

/** Reads what was said with a model, and what is remembered. */
export function createConversationQueries(context: ReadContext): ConversationQueries {
  const { db } = context;
  return {
    async transcript(investigationId) {
      const row = await db.selectFrom('transcripts').select('transcript').where('investigation_id', '=', investigationId).executeTakeFirst();
      return row && (JSON.parse(await unpackText(row.transcript)) as Transcript);
    },

    async hasTranscript(investigationId) {
      const row = await db.selectFrom('transcripts').select('investigation_id').where('investigation_id', '=', investigationId).executeTakeFirst();
      return row !== undefined;
    },

    async questions(investigationId) {
      const rows = await selectQuestions(context).where('investigation_id', '=', investigationId).orderBy('id', 'desc').limit(QUESTION_LIMIT).execute();
      return rows.toReversed().map(questionOf);
    },

    async question(id) {
      const row = await selectQuestions(context).where('id', '=', id).executeTakeFirst();
      return row && questionOf(row);
    },

    async questionTranscript(id) {
      const row = await db.selectFrom('question_transcripts').select('transcript').where('question_id', '=', id).executeTakeFirst();
      return row && (JSON.parse(await unpackText(row.transcript)) as Transcript);
    },

    questionSteps: (id, afterSeq) =>
      db.selectFrom('question_steps').select(['seq', 'at', 'what']).where('question_id', '=', id).where('seq', '>', afterSeq).orderBy('seq').execute(),

    pastIncidents: (question) => readPast(context, question),
  };
}

/** With the id of the question again where it has a transcript, which is large and not read. */
function selectQuestions({ db }: ReadContext) {
  return db
    .selectFrom('questions')
    .leftJoin('question_transcripts', 'question_transcripts.question_id', 'questions.id')
    .selectAll('questions')
    .select('question_transcripts.question_id as transcript_of');
}

function questionOf(row: Awaited<ReturnType<ReturnType<typeof selectQuestions>['execute']>>[number]): ReaderQuestion {
  return {
    id: row.id,
    investigationId: row.investigation_id,
    askedAt: row.asked_at,
    asker: row.asker,
    question: row.question,
    state: row.state,
    answeredAt: row.answered_at,
    answer: row.answer === '' ? null : (JSON.parse(row.answer) as ReaderAnswer),
    hasTranscript: row.transcript_of !== null,
  };
}

/** Each way uses an index and looks at a bounded number of rows, however many there are. */
async function readPast(context: ReadContext, { cluster, fingerprints, words, cause, since, except }: PastQuestion): Promise<Past> {
  const ofCause = cause === null ? [] : await withCause(context, cluster, causeKey(cause), except, PAST_LIMIT);
  const same = await withFingerprints(context, cluster, fingerprints.slice(0, FINGERPRINTS_LOOKED_FOR), except);
  // Whole words: a beginning that many alerts have costs a look at all of them.
  const wanted = searchQuery(words);
  const alike = wanted.length === 0 ? [] : await withWords(context, cluster, wanted, except);
  const rows = await withAnswer(context, [...new Set([...ofCause.map(({ id }) => id), ...same, ...alike])].slice(0, 100));
  const ways = [new Set(ofCause.map(({ id }) => id)), new Set(same)];
  const wayOf = ({ id }: IncidentRow) => ways.findIndex((ids) => ids.has(id)) + 1 || ways.length + 1;
  const told = rows
    .toSorted((left, right) => wayOf(left) - wayOf(right))
    .slice(0, PAST_LIMIT)
    .toSorted((left, right) => right.opened_at.localeCompare(left.opened_at));
  const feedback = await feedbackOf(context, told);
  return {
    incidents: told.map((row) => pastIncidentOf(row, (['cause', 'alert', 'words'] as const)[wayOf(row) - 1] ?? 'words', feedback)),
    counts: {
      cause: cause === null ? 0 : (await withCause(context, cluster, causeKey(cause), except, MOST_COUNTED, since)).length,
      alert: await openedSince(context, same.slice(0, MOST_COUNTED), since),
    },
  };
}

function pastIncidentOf(row: IncidentRow, alike: PastIncident['alike'], feedback: ReadonlyMap<string, PastIncident['feedback']>): PastIncident {
  return {
    incidentId: row.id,
    title: row.title,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    alertName: row.lead_alert_name,
    namespace: row.lead_namespace,
    fingerprint: row.lead_fingerprint,
    cause: { code: row.cause_code ?? '', title: row.cause_title ?? '', confidence: row.cause_confidence ?? '' },
    alike,
    feedback: feedback.get(row.analysis_id ?? '') ?? [],
  };
}

/** The newest first. An incident that another took in is counted with that one. */
function withCause({ db }: ReadContext, cluster: string, key: string, except: string, limit: number, since = ''): Promise<readonly { readonly id: string }[]> {
  return db
    .selectFrom('incidents')
    .select('id')
    .where('cluster', '=', cluster)
    .where('cause_key', '=', key)
    .where('opened_at', '>=', since)
    .where('id', '<>', except)
    .where('merged_into', 'is', null)
    .orderBy('opened_at', 'desc')
    .limit(limit)
    .execute();
}

async function withAnswer({ db }: ReadContext, ids: readonly string[]): Promise<readonly IncidentRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('incidents').selectAll().where('id', 'in', ids).where('cause_code', 'is not', null).orderBy('opened_at', 'desc').execute();
}

async function openedSince({ db }: ReadContext, ids: readonly string[], since: string): Promise<number> {
  if (ids.length === 0) return 0;
  const row = await db
    .selectFrom('incidents')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('id', 'in', ids)
    .where('opened_at', '>=', since)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** By the index of fingerprints, one after the other: each gives its newest, and none hides those of another. */
async function withFingerprints({ db }: ReadContext, cluster: string, fingerprints: readonly string[], except: string): Promise<readonly string[]> {
  if (fingerprints.length === 0) return [];
  const parts = fingerprints.map((fingerprint) => {
    const newest = db
      .selectFrom('episodes')
      .select(['incident_id', 'seq'])
      .where('fingerprint', '=', fingerprint)
      .where('cluster', '=', cluster)
      .where('incident_id', '<>', except)
      .orderBy('seq', 'desc')
      .limit(EPISODES_LOOKED_AT);
    return db.selectFrom(newest.as('newest')).select('newest.incident_id').distinct();
  });
  const [first, ...others] = parts;
  const rows = (await first?.unionAll(() => others).execute()) ?? [];
  return incidentsIn(rows);
}

async function withWords(context: ReadContext, cluster: string, words: readonly string[], except: string): Promise<readonly string[]> {
  const { seqs } = await context.matching(words, EPISODES_LOOKED_AT, undefined, 'whole');
  const rows = await context.db
    .selectFrom('episodes')
    .select('incident_id')
    .where('seq', 'in', context.among('seq', seqs))
    .where(unindexed('cluster'), '=', cluster)
    .where('incident_id', '<>', except)
    .orderBy('seq', 'desc')
    .execute();
  return incidentsIn(rows);
}

function incidentsIn(rows: readonly { readonly incident_id: string | null }[]): readonly string[] {
  return [...new Set(rows.flatMap(({ incident_id: id }) => (id === null ? [] : [id])))];
}

async function feedbackOf({ db }: ReadContext, rows: readonly IncidentRow[]): Promise<ReadonlyMap<string, PastIncident['feedback']>> {
  const ids = rows.flatMap(({ analysis_id: id }) => (id === null ? [] : [id]));
  if (ids.length === 0) return new Map();
  const said = await db.selectFrom('feedback').selectAll().where('investigation_id', 'in', ids).orderBy('id', 'desc').limit(100).execute();
  return new Map(
    [...Map.groupBy(said, ({ investigation_id: id }) => id)].map(([id, all]) => [
      id,
      all.slice(0, FEEDBACK_LIMIT).map(({ verdict, comment }) => ({ verdict, comment })),
    ]),
  );
}
