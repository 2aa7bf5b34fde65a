import { tooImpatientContract } from '#testing/probe-contracts.ts';
import { startupProbeTooImpatient } from './startup-probe-too-impatient.ts';

tooImpatientContract('startup', startupProbeTooImpatient);
