import { describeSet } from '../describe-set.ts';
import { fourth } from './incidents.ts';

describeSet('fourth', fourth, { every: 9 });
