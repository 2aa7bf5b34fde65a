import { messageOf } from '#domain/error.ts';
import type { Ask } from '#domain/evidence.ts';
import type { Confidence, Exclusion, Finding, OpenQuestion } from '#domain/finding.ts';
import { refKey, refText } from '#domain/object-ref.ts';
import { questionKey } from '#domain/question.ts';
import type { Subject } from '#domain/subject.ts';
import type { Circumstances, Found, Rule, Verdict } from '#rules/rule.ts';

/** What all rules said about all subjects. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly exclusions: readonly Exclusion[];
  readonly open: readonly OpenQuestion[];
  /** Rules that broke: a bug of ours, shown as a gap rather than hidden. */
  readonly broken: readonly string[];
}

/** Puts every subject before the rules that are about its kind. A rule that throws is left out and named. */
export async function judge(subjects: readonly Subject[], rules: readonly Rule[], ask: Ask, circumstances: Circumstances): Promise<Judgement> {
  const judged = await Promise.all(
    subjects.flatMap((subject) => rules.filter(({ about }) => about === subject.kind).map((rule) => judgeOne(rule, subject, ask, circumstances))),
  );
  return {
    findings: judged.flatMap(({ findings }) => findings),
    exclusions: judged.flatMap(({ exclusions }) => exclusions),
    open: judged.flatMap(({ open }) => open),
    broken: [...new Set(judged.flatMap(({ broken }) => broken))],
  };
}

async function judgeOne(rule: Rule, subject: Subject, ask: Ask, circumstances: Circumstances): Promise<Judgement> {
  try {
    const verdicts: readonly Verdict[] = [await rule.judge(subject, ask, circumstances)].flat();
    const { id, code, role } = rule;
    return {
      findings: verdicts.flatMap((verdict) =>
        verdict.verdict === 'found'
          ? [{ rule: id, code, role, confidence: borneOut(verdict), citations: verdict.citations, affects: [], subject: subject.ref, ...verdict.claim }]
          : [],
      ),
      exclusions: verdicts.flatMap((verdict) =>
        verdict.verdict === 'ruled-out' ? [{ rule: id, code, subject: subject.ref, why: verdict.why, citations: verdict.citations }] : [],
      ),
      open: verdicts.flatMap((verdict) => (verdict.verdict === 'undecided' ? [{ rule: id, code, subject: subject.ref, why: verdict.why }] : [])),
      broken: [],
    };
  } catch (thrown) {
    return { findings: [], exclusions: [], open: [], broken: [`Rule ${rule.id} failed on ${refText(subject.ref)}: ${messageOf(thrown)}`] };
  }
}

/** `certain` means that a second piece of evidence agrees: with one alone it is `likely`, whatever the rule says. */
function borneOut({ confidence, citations }: Found): Confidence {
  const pieces = new Set(citations.map(({ fact, about, excerpt }) => `${questionKey(fact.question)}|${about ? refKey(about) : ''}|${excerpt ?? ''}`));
  return confidence === 'certain' && pieces.size < 2 ? 'likely' : confidence;
}
