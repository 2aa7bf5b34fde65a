import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PastQuestion } from '#domain/question.ts';
import type { ReaderAnswer } from '#domain/reader-question.ts';
import type { ReportCause } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import { alert, analysis, claimNext, DAY, delivery, HOUR, LEASE_MS, POLICY, resolvedAlert, type StoreUnderTest } from './fixtures.ts';

/** What is kept of talks with a model, and what is remembered of incidents before. */
export function describeConversations(open: () => Promise<StoreUnderTest>): void {
  describe('conversations', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** Records one alert in a group of its own and investigates it; ids of incident and investigation. */
    const answered = async (name: string, title?: string, changes: Parameters<typeof alert>[1] = {}, cluster = 'default') => {
      await under.store.record(delivery([alert(name, changes)], { groupKey: name, cluster }), POLICY);
      const claim = await claimNext(under.store);
      const subject = { kind: 'Deployment', namespace: 'shop', name };
      await under.store.saveAnalysis(claim, analysis(title === undefined ? {} : { title, subject }));
      await under.store.settle(claim, { state: 'completed' });
      return { incident: claim.incidentId, investigation: claim.investigationId };
    };
    /** The same, up to where a worker has it. */
    const claimed = async (name: string) => {
      await under.store.record(delivery([alert(name)], { groupKey: name }), POLICY);
      return claimNext(under.store);
    };
    const transcript = (text: string): Transcript => ({
      model: 'openai/x',
      startedAt: '2026-03-01T12:00:00.000Z',
      entries: [{ kind: 'message', atMs: 1, text }],
      leftOut: 0,
    });
    const answer: ReaderAnswer = { sentences: [{ text: 'Since 12:00.', evidence: ['E1'], verified: true }], evidence: [], problem: '', usage: null };
    const ask = (id: string, investigationId: string) =>
      under.store.addQuestion({ id, investigationId, askedAt: under.now().toISOString(), asker: 'user:ada', question: `Since when? ${id}` });

    it('keeps the newest transcript of an investigation, also a long one, and none of what does not exist', async () => {
      const { store } = under;
      const claim = await claimed('a');
      expect([await store.hasTranscript(claim.investigationId), await store.transcript(claim.investigationId)]).toEqual([false, undefined]);
      expect(await store.saveTranscript(claim, transcript('short'))).toBe(true);
      expect(await store.saveTranscript(claim, transcript('ü'.repeat(100_000)))).toBe(true);
      expect(await store.transcript(claim.investigationId)).toEqual(transcript('ü'.repeat(100_000)));
      expect(await store.hasTranscript(claim.investigationId)).toBe(true);
      expect(await store.saveTranscript({ ...claim, investigationId: 'unknown' }, transcript('x'))).toBe(false);
      expect([await store.hasTranscript('unknown'), await store.transcript('unknown')]).toEqual([false, undefined]);
    });

    it('keeps no transcript of a worker whose lease another has taken, nor of a run that has ended', async () => {
      const { store } = under;
      const lost = await claimed('a');
      under.advance(LEASE_MS + 1);
      const held = await claimNext(store);
      expect(held.investigationId).toBe(lost.investigationId);
      expect(await store.saveTranscript(held, transcript('held'))).toBe(true);
      expect(await store.saveTranscript(lost, transcript('lost'))).toBe(false);
      await store.settle(held, { state: 'completed' });
      expect(await store.saveTranscript(held, transcript('late'))).toBe(false);
      expect(await store.transcript(held.investigationId)).toEqual(transcript('held'));
    });

    it('keeps questions in order, and ends each once', async () => {
      const { store } = under;
      const { investigation } = await answered('a');
      for (const id of ['q1', 'q2']) await ask(id, investigation);
      await store.endQuestion('q1', 'answered', answer);
      await store.endQuestion('q1', 'failed', { ...answer, problem: 'too late' });
      expect((await store.questions(investigation)).map(({ id, state, asker, answer: said }) => [id, state, asker, said])).toEqual([
        ['q1', 'answered', 'user:ada', answer],
        ['q2', 'asked', 'user:ada', null],
      ]);
      await expect(ask('q3', 'unknown')).rejects.toMatchObject({ code: 'not-found' });
      expect(await store.questions('unknown')).toEqual([]);
    });

    it('keeps with a question what was said and done for it, and reads it only when asked to', async () => {
      const { store } = under;
      const { investigation } = await answered('a');
      for (const id of ['q1', 'q2']) await ask(id, investigation);
      expect(await store.question('q1')).toMatchObject({ id: 'q1', investigationId: investigation, state: 'asked', hasTranscript: false });
      await store.endQuestion('q1', 'answered', answer, transcript('ü'.repeat(100_000)));
      await store.endQuestion('q2', 'failed', answer);
      await store.endQuestion('q2', 'failed', answer, transcript('too late'));
      expect((await store.questions(investigation)).map(({ hasTranscript }) => hasTranscript)).toEqual([true, false]);
      expect(await store.question('q1')).toMatchObject({ state: 'answered', answer, hasTranscript: true });
      expect(await store.questionTranscript('q1')).toEqual(transcript('ü'.repeat(100_000)));
      expect([await store.questionTranscript('q2'), await store.questionTranscript('unknown'), await store.question('unknown')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      await store.endQuestion('unknown', 'answered', answer, transcript('of nothing'));
    });

    it('tells what is done for a question, step by step, until it has ended', async () => {
      const { store } = under;
      const { investigation } = await answered('a');
      for (const id of ['q1', 'q2']) await ask(id, investigation);
      const told: string[] = [];
      const stop = store.onQuestion((id) => void told.push(id));
      await store.addQuestionStep('q1', 'Reads the log');
      await store.addQuestionStep('q1', 'x'.repeat(10_000));
      await store.addQuestionStep('unknown', 'Nothing');
      expect((await store.questionSteps('q1', 0)).map(({ seq, what }) => [seq, what.slice(0, 13)])).toEqual([
        [1, 'Reads the log'],
        [2, 'xxxxxxxxxxxxx'],
      ]);
      expect((await store.questionSteps('q1', 1)).map(({ seq, at, what }) => [seq, at, what.length])).toEqual([[2, under.now().toISOString(), 500]]);
      await store.endQuestion('q1', 'answered', answer);
      await store.addQuestionStep('q1', 'Too late');
      expect(await store.questionSteps('q1', 2)).toEqual([]);
      expect(await store.questionSteps('q2', 0)).toEqual([]);
      await expect.poll(() => told).toEqual(['q1', 'q1', 'q1']);
      stop();
      await store.addQuestionStep('q2', 'Nobody listens');
      await store.check();
      expect(told).toHaveLength(3);
    });

    it('ends questions whose process died, and no others', async () => {
      const { store } = under;
      const { investigation } = await answered('a');
      for (const id of ['q1', 'q2']) await ask(id, investigation);
      await store.endQuestion('q2', 'answered', answer);
      under.advance(60_000);
      await ask('q3', investigation);
      const told: string[] = [];
      store.onQuestion((id) => void told.push(id));
      const lost: ReaderAnswer = { ...answer, sentences: [], problem: 'It was lost.' };
      expect(await store.endLostQuestions(under.now().toISOString(), lost)).toBe(1);
      expect(await store.endLostQuestions(under.now().toISOString(), lost)).toBe(0);
      await store.endQuestion('q1', 'answered', answer);
      expect((await store.questions(investigation)).map(({ id, state, answer: said, answeredAt }) => [id, state, said, answeredAt !== null])).toEqual([
        ['q1', 'failed', lost, true],
        ['q2', 'answered', answer, true],
        ['q3', 'asked', null, false],
      ]);
      await expect.poll(() => told).toEqual(['q1']);
    });

    it('forgets them with their incident', async () => {
      const { store } = under;
      const claim = await claimed('a');
      const { investigationId: investigation } = claim;
      await store.saveTranscript(claim, transcript('x'));
      await store.settle(claim, { state: 'completed' });
      await ask('q1', investigation);
      await store.addQuestionStep('q1', 'Reads the log');
      await store.endQuestion('q1', 'answered', answer, transcript('x'));
      await store.record(delivery([resolvedAlert('a')], { groupKey: 'a' }), POLICY);
      await store.retain(new Date(under.now().getTime() + DAY).toISOString());
      expect(await store.transcript(investigation)).toBeUndefined();
      expect(await store.questions(investigation)).toEqual([]);
      expect([await store.questionTranscript('q1'), await store.questionSteps('q1', 0)]).toEqual([undefined, []]);
    });

    it('remembers what was before, however often an alert has come back since', async () => {
      const { store } = under;
      const first = await answered('a', 'ran out of memory');
      await store.record(delivery([resolvedAlert('a')], { groupKey: 'a' }), POLICY);
      // It keeps its group firing, so that all of it is one incident.
      const now = await store.record(delivery([alert('steady')], { groupKey: 'a' }), POLICY);
      for (let hour = 1; hour <= 220; hour += 1) {
        under.advance(60_000);
        const startsAt = new Date(Date.parse('2026-01-05T11:00:00Z') + hour * 60_000).toISOString();
        await store.record(delivery([alert('a', { startsAt })], { groupKey: 'a' }), POLICY);
        await store.record(delivery([resolvedAlert('a', { startsAt, endsAt: startsAt })], { groupKey: 'a' }), POLICY);
      }
      const current = String(now.alerts[0]?.incidentId);
      const past = await store.pastIncidents({
        about: 'past',
        topic: 'past',
        cluster: 'default',
        fingerprints: ['a'],
        words: '',
        cause: null,
        since: '',
        except: current,
      });
      expect(past.incidents.map(({ incidentId }) => incidentId)).toEqual([first.incident]);
    });

    it('remembers incidents with the same alert or the same words, with what readers said of them', async () => {
      const { store } = under;
      const past = async (fingerprints: readonly string[], words: string, except = '', cluster = 'default') =>
        (await store.pastIncidents({ about: 'past', topic: 'past', cluster, fingerprints, words, cause: null, since: '', except })).incidents;
      const first = await answered('a', 'checkout ran out of memory', { labels: { deployment: 'checkout' } });
      await store.addFeedback({ investigationId: first.investigation, at: under.now().toISOString(), verdict: 'right', comment: 'limit raised' });
      const second = await answered('b', 'payments cannot reach postgres', { labels: { deployment: 'payments' } });
      await answered('elsewhere', 'checkout ran out of memory', { labels: { deployment: 'checkout' } }, 'other');
      await under.store.record(delivery([alert('not-yet', { labels: { deployment: 'checkout' } })], { groupKey: 'not-yet' }), POLICY);

      expect(await past(['a'], '')).toMatchObject([
        {
          incidentId: first.incident,
          alike: 'alert',
          fingerprint: 'a',
          cause: { title: 'checkout ran out of memory' },
          feedback: [{ verdict: 'right', comment: 'limit raised' }],
        },
      ]);
      expect(await past([], 'checkout memory')).toMatchObject([{ incidentId: first.incident, alike: 'words' }]);
      expect((await past(['b'], 'checkout')).map(({ incidentId }) => incidentId).toSorted()).toEqual([first.incident, second.incident].toSorted());
      expect(await past(['a'], '', first.incident)).toEqual([]);
      expect(await past(['a'], '', '', 'unknown')).toEqual([]);
      expect(await past([], '')).toEqual([]);
      expect(await past([], '"; DROP TABLE incidents -- *')).toEqual([]);
    });

    it('remembers incidents with the same cause at the same object, before others, and counts them', async () => {
      const { store } = under;
      const cause = { code: 'OutOfMemory', subject: { kind: 'Deployment', namespace: 'shop', name: 'checkout' } };
      const found = async (alertName: string, change: Partial<ReportCause> = {}) => {
        await store.record(delivery([alert(alertName)], { groupKey: alertName, receivedAt: under.now().toISOString() }), POLICY);
        const claim = await claimNext(store);
        await store.saveAnalysis(claim, analysis({ ...cause, confidence: 'likely', ...change }));
        await store.settle(claim, { state: 'completed' });
        await store.record(delivery([resolvedAlert(alertName)], { groupKey: alertName, receivedAt: under.now().toISOString() }), POLICY);
        under.advance(HOUR);
        return claim.incidentId;
      };
      const old = await found('old');
      under.advance(40 * DAY);
      const since = under.now().toISOString();
      const same: string[] = [];
      for (let index = 0; index < 12; index += 1) same.unshift(await found(`same-${index}`));
      await found('elsewhere', { subject: { ...cause.subject, namespace: 'other' } });
      await found('another', { code: 'ImageMissing' });
      for (let index = 0; index < 12; index += 1) await found(`words-${index}`, { code: 'ImageMissing', title: 'checkout pulls no image' });
      const ask = (more: Partial<PastQuestion> = {}) =>
        store.pastIncidents({
          about: 'past',
          topic: 'past',
          cluster: 'default',
          fingerprints: ['same-3'],
          words: 'checkout image',
          cause,
          since,
          except: '',
          ...more,
        });

      const past = await ask();
      expect(past.incidents.map(({ incidentId, alike }) => [incidentId, alike])).toEqual(same.slice(0, 10).map((id) => [id, 'cause']));
      expect(past.counts).toEqual({ cause: 12, alert: 1 });
      expect((await ask({ except: same[0] ?? '' })).counts.cause).toBe(11);
      expect((await ask({ since: '' })).counts.cause).toBe(13);
      expect((await ask({ since: under.now().toISOString() })).counts).toEqual({ cause: 0, alert: 0 });
      expect((await ask({ cluster: 'other' })).counts).toEqual({ cause: 0, alert: 0 });
      const unsure = await ask({ cause: null, words: '', fingerprints: ['same-3', 'old'] });
      expect(unsure.incidents.map(({ incidentId, alike }) => [incidentId, alike])).toEqual([
        [same[8], 'alert'],
        [old, 'alert'],
      ]);
      expect(unsure.counts).toEqual({ cause: 0, alert: 1 });
    });
  });
}
