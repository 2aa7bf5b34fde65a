import { wrongPathContract } from '#testing/probe-contracts.ts';
import { readinessProbeWrongPath } from './readiness-probe-wrong-path.ts';

wrongPathContract('readiness', readinessProbeWrongPath);
