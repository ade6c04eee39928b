import { probe } from '../probe.ts';

export const n49 = probe('N-49', [], { needs: ['governance.retention_rules', 'governance.retention_runs'] });
