import { rowSecurityForced } from '../../catalog/invariants/row-security-forced.ts';
import { keeps, probe } from '../probe.ts';

export const s01 = probe('S-01', [...keeps(rowSecurityForced)]);
