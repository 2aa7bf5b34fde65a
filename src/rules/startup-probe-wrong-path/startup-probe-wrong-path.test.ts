import { wrongPathContract } from '#testing/probe-contracts.ts';
import { startupProbeWrongPath } from './startup-probe-wrong-path.ts';

wrongPathContract('startup', startupProbeWrongPath);
