import type { DoctorCheck } from '../check.ts';

/** Ours, by table. */
const OURS = `('objects', 'cordon_uploaded'), ('objects', 'cordon_kept_update'), ('objects', 'cordon_kept_delete'), ('objects', 'cordon_no_truncate'),
      ('buckets', 'cordon_private_update'), ('buckets', 'cordon_private_delete'), ('buckets', 'cordon_no_truncate')`;

export const storageTriggers: DoctorCheck = {
  name: 'storage-triggers',
  claim: "the tables of files have our triggers, enabled, and beside them the platform's alone",
  why: "The platform grants its API roles TRIGGER on these tables: a caller's trigger would run as whoever uploads next, the server included.",
  remedy:
    'drop trigger … on storage.objects, as its owner; create one of ours again as the migrations do; where the table is yours, revoke trigger on storage.objects, storage.buckets from anon, authenticated',
  requirements: ['S-07', 'S-09'],
  query: `
    with there as (
      select c.relname, t.tgname, t.tgenabled, n.nspname || '.' || p.proname as calls, n.nspname in ('storage', 'authz') as is_known
      from pg_trigger as t
      join pg_class as c on c.oid = t.tgrelid
      join pg_proc as p on p.oid = t.tgfoid
      join pg_namespace as n on n.oid = p.pronamespace
      where c.relnamespace = (select s.oid from pg_namespace as s where s.nspname = 'storage')
        and c.relname in ('objects', 'buckets')
        and not t.tgisinternal
    )
    select format('storage.%I %I', coalesce(w.relname, t.relname), coalesce(w.tgname, t.tgname)) as object,
           case when t.tgname is null then 'missing' when not t.is_known then 'calls ' || t.calls when t.tgenabled in ('O', 'A') then 'enabled' else 'disabled' end as found,
           case when w.tgname is null then 'a function of storage or authz' else 'enabled' end as expected,
           case when t.is_known and t.tgenabled in ('O', 'A') then 'ok' else 'fault' end as state
    from (values ${OURS}) as w (relname, tgname)
    full join there as t on t.relname = w.relname and t.tgname = w.tgname
    where exists (select from pg_namespace as s where s.nspname = 'storage')`,
};
