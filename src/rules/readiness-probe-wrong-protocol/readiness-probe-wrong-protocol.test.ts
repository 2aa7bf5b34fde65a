import { wrongProtocolContract } from '#testing/probe-contracts.ts';
import { readinessProbeWrongProtocol } from './readiness-probe-wrong-protocol.ts';

wrongProtocolContract('readiness', readinessProbeWrongProtocol);
