import { probe } from '../probe.ts';

export const n47 = probe('N-47', [], { needs: ['audit.access_log', 'authz.emit_access()'] });
