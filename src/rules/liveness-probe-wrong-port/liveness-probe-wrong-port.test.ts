import { wrongPortContract } from '#testing/probe-contracts.ts';
import { livenessProbeWrongPort } from './liveness-probe-wrong-port.ts';

wrongPortContract('liveness', livenessProbeWrongPort);
