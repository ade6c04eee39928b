import { onePolicyPerCommand } from '../../catalog/invariants/one-policy-per-command.ts';
import { policiesNameTheirRole } from '../../catalog/invariants/policies-name-their-role.ts';
import { keeps, probe } from '../probe.ts';

export const n32 = probe('N-32', [...keeps(onePolicyPerCommand, policiesNameTheirRole)]);
