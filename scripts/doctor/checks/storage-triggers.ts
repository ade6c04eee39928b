import { quoteLiteral } from '../../postgres/quote.ts';
import type { DoctorCheck } from '../check.ts';

/** Ours: by table, what each calls, when (tgtype), and for which rows. */
const IS_OLD = "(old.%s = 'patient-documents'::text)";
const IS_NEW = "(new.%s = 'patient-documents'::text)";
const OURS = [
  ['objects', 'cordon_uploaded', 'authz.tg_objects__uploaded', 5, IS_NEW],
  ['objects', 'cordon_kept_update', 'authz.tg_objects__kept', 17, `(${IS_OLD} OR ${IS_NEW})`],
  ['objects', 'cordon_kept_delete', 'authz.tg_objects__kept', 9, IS_OLD],
  ['objects', 'cordon_no_truncate', 'authz.tg__no_truncate', 34, ''],
  ['buckets', 'cordon_private_update', 'authz.tg_buckets__private', 17, `(${IS_OLD} OR ${IS_NEW})`],
  ['buckets', 'cordon_private_delete', 'authz.tg_buckets__private', 9, IS_OLD],
  ['buckets', 'cordon_no_truncate', 'authz.tg__no_truncate', 34, ''],
]
  .map(([table, name, calls, type, when]) => {
    const rows = String(when).replaceAll('%s', table === 'objects' ? 'bucket_id' : 'id');
    return `('${table}', '${name}', '${calls}', ${type}, ${quoteLiteral(rows)})`;
  })
  .join(', ');

export const storageTriggers: DoctorCheck = {
  name: 'storage-triggers',
  claim: "the tables of files have our triggers, enabled, and beside them the platform's alone",
  why: "The platform grants its API roles TRIGGER on these tables: a caller's trigger would run as whoever uploads next, the server included.",
  remedy:
    'drop trigger … on storage.objects, as its owner; create one of ours again as the migrations do; where the table is yours, revoke trigger on storage.objects, storage.buckets from anon, authenticated',
  requirements: ['S-07', 'S-09'],
  query: `
    with there as (
      select c.relname, t.tgname, t.tgenabled, n.nspname || '.' || p.proname as calls, n.nspname in ('storage', 'authz') as is_known, t.tgtype,
             coalesce(substring(pg_get_triggerdef(t.oid) from ' WHEN [(](.*)[)] EXECUTE '), '') as rows, t.tgattr::text as columns
      from pg_trigger as t
      join pg_class as c on c.oid = t.tgrelid
      join pg_proc as p on p.oid = t.tgfoid
      join pg_namespace as n on n.oid = p.pronamespace
      where c.relnamespace = (select s.oid from pg_namespace as s where s.nspname = 'storage')
        and c.relname in ('objects', 'buckets')
        and not t.tgisinternal
    )
    select format('storage.%I %I', coalesce(w.relname, t.relname), coalesce(w.tgname, t.tgname)) as object,
           case when t.tgname is null then 'missing' when not t.is_known or t.calls <> w.calls then 'calls ' || t.calls
                when t.tgtype <> w.type or t.rows <> w.rows or t.columns <> '' and w.tgname is not null then 'not for what it guards'
                when t.tgenabled in ('O', 'A') then 'enabled' else 'disabled' end as found,
           case when w.tgname is null then 'a function of storage or authz' else 'enabled' end as expected,
           case when t.is_known and t.tgenabled in ('O', 'A')
                  and (w.tgname is null or (t.calls = w.calls and t.tgtype = w.type and t.rows = w.rows and t.columns = '')) then 'ok' else 'fault' end as state
    from (values ${OURS}) as w (relname, tgname, calls, type, rows)
    full join there as t on t.relname = w.relname and t.tgname = w.tgname
    where exists (select from pg_namespace as s where s.nspname = 'storage')`,
};
