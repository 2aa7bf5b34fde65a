import { describeSet } from '../describe-set.ts';
import { third } from './incidents.ts';

describeSet('third', third, { every: 7 });
