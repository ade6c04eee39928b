import { probe, refused, surveys } from '../probe.ts';
import { CLINIC_A, idOf } from '../world.ts';

export const n07 = probe('N-07', [
  surveys(
    'every rule names an operation, a realm and an audit level that exist',
    `
    select substr(p.proname, 7) || ' ' || (r ->> 'operation') || ' ' || (r ->> 'realm') as object,
           case
             when not (r ->> 'operation') = any ('{SELECT,INSERT,UPDATE,DELETE}') then 'has an operation that is none'
             when not (r ->> 'realm') = any ('{provider,internal_ops,patient,anon,definer}') then 'has a realm that is none'
             when r ? 'auditLevel' and not (r ->> 'auditLevel') = any ('{basic,detailed,comprehensive}') then 'has an audit level that is none'
             when jsonb_typeof(r -> 'hours') = 'object' and not ((r -> 'hours' ->> 'start')::integer between 0 and 24 and (r -> 'hours' ->> 'end')::integer between 0 and 24) then 'has hours that no day has'
           end as problem
    from pg_proc as p
    cross join lateral jsonb_array_elements(authz.rules_of(substr(p.proname, 7)) -> 'rules') as r
    where p.pronamespace = 'authz'::regnamespace and p.proname like 'rules\\_%' and p.proname <> 'rules_of'`,
  ),
  refused(
    undefined,
    'a role that is none is no role of a membership',
    `insert into public.organisation_members (organisation_id, user_id, role) values ('${CLINIC_A}', '${idOf('staff', 'e', '02')}', 'superuser')`,
    '23514',
    '23502',
  ),
]);
