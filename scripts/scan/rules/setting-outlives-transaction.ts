import type { ScanRule } from '../rule.ts';

const KEPT = String.raw`\mset_config\s*\(([^()]|\(([^()]|\([^()]*\))*\))*,\s*false\s*\)`;
const PLAIN_SET = String.raw`(^|;|\mbegin|\mthen|\melse|\mloop)\s*set\s+(session\s+)?"?[a-z_]\w*"?\.\w+\s*(=|to\M)`;

export const settingOutlivesTransaction: ScanRule = {
  name: 'setting-outlives-transaction',
  level: 'high',
  claim: 'no function sets a setting beyond its transaction',
  why: 'Connections are pooled: the tenant that one request has set is the tenant of the next request on that connection, whoever sends it.',
  remedy: 'set_config(…, …, true), or set local',
  query: ({ functions }) => `
    with ${functions}
    select object, case when body ~* '${KEPT}' or body ~* '${PLAIN_SET}' then 'sets a setting for the whole session' end as problem
    from functions
    where lanname in ('sql', 'plpgsql')`,
};
