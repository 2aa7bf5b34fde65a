import { describeSet } from '../describe-set.ts';
import { fifth } from './incidents.ts';

describeSet('fifth', fifth, { every: 7 });
