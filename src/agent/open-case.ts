import { recordAlerts, writeDigest } from './digest.ts';
import { type EvidenceRecord, openEvidenceRecord } from './evidence-record.ts';
import type { Fence } from './fence.ts';
import { createRedactor, type Redactor } from './redaction/redactor.ts';
import type { AgentRun } from './run-agent.ts';
import { openToolBox, type ToolBox, type ToolBoxParts } from './tools.ts';

/** What a model is given of an incident: the evidence so far, tools to look further, and nothing that must not leave the process. */
export interface Case {
  readonly redactor: Redactor;
  readonly record: EvidenceRecord;
  readonly tools: ToolBox;
  /** How long what the model starts from may be. */
  readonly digestTokens: number;
  /** What the rules know, in at most so many tokens. */
  digest(budgetTokens: number): string;
}

export type CaseParts = Pick<AgentRun, 'analysis' | 'alerts' | 'limits' | 'clock' | 'redactPatterns'> &
  Omit<ToolBoxParts, 'record' | 'redactor' | 'resultTokens'> & { readonly fence: Fence };

const DIGEST_SHARE = 0.25;
const DIGEST_TOKENS = 8_000;
const RESULT_SHARE = 0.08;
const LEAST_RESULT_TOKENS = 400;

export function openCase(parts: CaseParts): Case {
  const { analysis, limits, clock, fence } = parts;
  const redactor = createRedactor(parts.redactPatterns);
  const { redact } = redactor;
  const record = openEvidenceRecord(analysis, redact);
  const alertEvidence = recordAlerts(parts.alerts, record, redact);
  const resultTokens = Math.max(LEAST_RESULT_TOKENS, Math.floor(limits.contextTokens * RESULT_SHARE));
  return {
    redactor,
    record,
    tools: openToolBox({ ...parts, record, redactor, resultTokens }),
    digestTokens: Math.min(DIGEST_TOKENS, Math.floor(limits.contextTokens * DIGEST_SHARE)),
    digest: (budgetTokens) => writeDigest(analysis, alertEvidence, record, { fence, redact, budgetTokens, now: clock().toISOString() }),
  };
}
