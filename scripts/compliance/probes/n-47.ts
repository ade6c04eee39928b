import { auditColumns } from '../../catalog/invariants/audit-columns.ts';
import { keeps, probe } from '../probe.ts';

export const n47 = probe('N-47', [...keeps(auditColumns)], {
  needs: ['audit.access_log', 'authz.emit_access()'],
});
