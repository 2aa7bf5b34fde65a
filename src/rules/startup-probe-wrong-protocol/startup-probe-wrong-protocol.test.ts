import { wrongProtocolContract } from '#testing/probe-contracts.ts';
import { startupProbeWrongProtocol } from './startup-probe-wrong-protocol.ts';

wrongProtocolContract('startup', startupProbeWrongProtocol);
