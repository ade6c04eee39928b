import { as, given, probe, refused, sees, surveys } from '../probe.ts';
import { DRAFT, signs } from './subjects.ts';

export const s32 = probe('S-32', [
  surveys(
    'no realm writes evidence by hand',
    `select r.rolname::text as object, case when has_any_column_privilege(r.oid, 'public.signed_form_evidence', 'insert, update') then 'may write public.signed_form_evidence' end as problem from pg_roles as r where r.rolname in ('anon', 'authenticated', 'internal_ops', 'patient')`,
  ),
  given(signs(DRAFT), as('patient', { headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' } })),
  sees(
    undefined,
    'what a client writes before the proxy counts for nothing',
    `select host(signed_ip) from public.signed_form_evidence where id = '${DRAFT}'`,
    '198.51.100.7',
  ),
  refused(
    undefined,
    'the evidence is changed by nobody, the owner included',
    `update public.signed_form_evidence set signed_ip = '203.0.113.9' where id = '${DRAFT}'`,
    'CD014',
  ),
]);
