import { wrongPathContract } from '#testing/probe-contracts.ts';
import { livenessProbeWrongPath } from './liveness-probe-wrong-path.ts';

wrongPathContract('liveness', livenessProbeWrongPath);
