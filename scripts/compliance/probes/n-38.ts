import { probe } from '../probe.ts';

export const n38 = probe('N-38', [], { needs: ['audit.access_log', 'governance.retention_rules'] });
