import { tooImpatientContract } from '#testing/probe-contracts.ts';
import { livenessProbeTooImpatient } from './liveness-probe-too-impatient.ts';

tooImpatientContract('liveness', livenessProbeTooImpatient);
