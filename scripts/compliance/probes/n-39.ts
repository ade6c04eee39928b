import { probe } from '../probe.ts';

export const n39 = probe('N-39', [], { needs: ['audit.access_log', 'audit.access_findings'] });
