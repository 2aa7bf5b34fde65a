import { wrongPortContract } from '#testing/probe-contracts.ts';
import { startupProbeWrongPort } from './startup-probe-wrong-port.ts';

wrongPortContract('startup', startupProbeWrongPort);
