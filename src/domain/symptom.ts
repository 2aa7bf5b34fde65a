/**
 * What trouble looks like from outside. Alert names differ per cluster, symptoms do not: a rule names the symptoms it can explain,
 * and an alert is read as symptoms (investigate/read-symptoms.ts). Used for ranking and for the catalogue, never to hide a rule.
 */
export const SYMPTOMS = [
  'restarting',
  'not-ready',
  'pending',
  'unavailable',
  'slow',
  'errors',
  'saturated',
  'rollout-stuck',
  'job-failed',
  'node-trouble',
  'volume-trouble',
  'quota',
  'autoscaling',
  'target-down',
  'control-plane',
  'certificate',
  'unknown',
] as const;
export type Symptom = (typeof SYMPTOMS)[number];
