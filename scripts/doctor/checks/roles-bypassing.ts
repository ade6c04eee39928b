import { PLATFORM_BYPASSERS, PLATFORM_ROLES } from '../../drift/platform-names.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import type { DoctorCheck } from '../check.ts';

const PLATFORM = `array[${PLATFORM_BYPASSERS.map(quoteLiteral).join(', ')}]::name[]`;
const THEIRS = `array[${PLATFORM_ROLES.map(quoteLiteral).join(', ')}]::name[]`;

export const rolesBypassing: DoctorCheck = {
  name: 'roles-bypassing',
  claim: "no role but the platform's own bypasses row-level security",
  why: 'Whoever bypasses it is asked by no policy.',
  remedy: 'alter role … nobypassrls, or revoke the membership',
  requirements: ['N-09', 'N-54'],
  query: `
    select 'role ' || quote_ident(r.rolname) as object,
           concat_ws(', ', case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypasses row-level security' end) as found,
           'the platform''s own alone' as expected,
           case when r.rolname = any (${PLATFORM}) or r.oid = 10 then 'ok' else 'fault' end as state
    from pg_roles as r
    where r.rolsuper or r.rolbypassrls
    union all
    -- Who may become one bypasses it one SET ROLE later. The login that the Supabase CLI makes for itself lives for minutes.
    select 'role ' || quote_ident(m.rolname), 'becomes ' || string_agg(distinct quote_ident(g.rolname), ', '), 'becomes none that bypasses it', 'fault'
    from pg_auth_members as a
    join pg_roles as m on m.oid = a.member
    join pg_roles as g on g.oid = a.roleid and (g.rolsuper or g.rolbypassrls)
    where (not m.rolname = any (${THEIRS}) or m.rolname in ('anon', 'authenticated')) and not m.rolsuper
      and not (m.rolname = 'cli_login_postgres' and g.rolname = 'postgres')
    group by m.rolname
    union all
    select 'role authenticator', 'becomes ' || string_agg(quote_ident(g.rolname), ', ' order by g.rolname), 'becomes service_role, and no other that bypasses it',
           case when bool_and(g.rolname = 'service_role') then 'ok' else 'fault' end
    from pg_roles as l
    join pg_roles as g on (g.rolsuper or g.rolbypassrls) and pg_has_role(l.oid, g.oid, 'member')
    where l.rolname = 'authenticator'
    having count(*) > 0`,
};
