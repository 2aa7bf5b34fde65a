import { wrongProtocolContract } from '#testing/probe-contracts.ts';
import { livenessProbeWrongProtocol } from './liveness-probe-wrong-protocol.ts';

wrongProtocolContract('liveness', livenessProbeWrongProtocol);
