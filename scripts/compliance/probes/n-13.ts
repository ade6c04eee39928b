import { probe, refused, sees } from '../probe.ts';
import { CLINIC_A, idOf } from '../world.ts';

export const n13 = probe('N-13', [
  sees(
    undefined,
    'the ranks are as agreed',
    `select string_agg(r || '=' || authz.role_rank(r), ' ' order by n) from unnest('{admin,clinic_admin,doctor,nurse,assistant,receptionist,patient,anonymous}'::text[]) with ordinality as t (r, n)`,
    'admin=100 clinic_admin=90 doctor=80 nurse=70 assistant=60 receptionist=50 patient=10 anonymous=0',
  ),
  refused(
    undefined,
    'patient is no role of a membership',
    `insert into public.organisation_members (organisation_id, user_id, role) values ('${CLINIC_A}', '${idOf('staff', 'e', '02')}', 'patient')`,
    '23514',
    '23502',
  ),
]);
