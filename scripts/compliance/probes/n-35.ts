import { probe } from '../probe.ts';

export const n35 = probe('N-35', [], { needs: ['audit.access_log', 'authz.emit_access()'] });
