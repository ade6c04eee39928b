import { classificationComplete } from '../../catalog/invariants/classification-complete.ts';
import { keeps, probe } from '../probe.ts';

export const n06 = probe('N-06', [...keeps(classificationComplete)]);
