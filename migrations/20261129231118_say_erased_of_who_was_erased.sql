-- migrate:up
-- Why: a request for erasure was completed by a word, lines of a claimed invoice were purged before it, and an erasure waited for a writer without end; an archived professional could not come back
-- Access: -1 policy, 1 changed
--   ~ policy provider_select_rows on public.professionals
--   - policy provider_update_rows on public.professionals
--   widens: authz.tg_subject_requests__erased() is new, which 1 trigger asks
--   widens: clinic_admin can now change public.professionals in more rows: no longer only where archived_at is null or archived_at = now()
--   widens: clinic_admin can now read public.professionals in more rows: no longer only where archived_at is null or archived_at = now()
--   widens: governance.delete_rows(text, text, uuid, uuid, timestamp with time zone), which 2 functions ask, runs under search_path=pg_catalog, pg_temp, lock_timeout=5s, has another text
--   widens: governance.of_what_stays(text), which only its owner and the platform may call, has another text
--   widens: the trigger _310_erased now guards public.subject_requests
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.professionals
--   SHARE ROW EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_professionals()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "professionals", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]}
  ]}';
end
$$;

-- authz.tg_subject_requests__erased: that somebody was erased is said by the erasure, and by nobody's word; what is not erased is refused, on a
-- ground that the patient is told (LGPD art. 18 VI, par. 4). Invoker, to know whose hand it is: public.erase_subject alone is the definer's.
create or replace function authz.tg_subject_requests__erased()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.kind = 'erasure' and new.status = 'completed' and old.status <> 'completed' and current_user <> 'cordon_definer' then
    raise exception 'a request for erasure is completed by the erasure'
      using errcode = 'CD013', hint = 'Take it up (in_progress) and call erase_subject; or refuse it, and say on which ground.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_requests__erased() is
  'Refuses with CD013 to complete a request for erasure otherwise than by erase_subject. [N-49]';
revoke all on function authz.tg_subject_requests__erased() from public;

-- governance.delete_rows: deletes rows of one table, and tells which. Nobody is granted DELETE anywhere and triggers refuse it on what is sealed: only
-- here, and only for as long as this takes, do triggers that guard deletion stand aside. A transaction sees it, and nobody else: what ends half-way
-- leaves them as they were. Foreign keys stay, so that nothing is torn from what refers to it. It waits five seconds for who is writing there, of
-- whatever organisation: everybody who writes after it waits behind it.
create or replace function governance.delete_rows(
  relation text, condition text, organisation_id uuid, patient_id uuid, at timestamptz, out row_count bigint, out record_keys text[]
)
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
as $$
declare
  v_oid constant regclass := relation::regclass;
  v_trigger record;
  v_silenced text[] := '{}';
begin
  -- Most tables have nothing due, and then nothing is locked.
  execute format('select exists (select from %s as t where %s)', v_oid, condition)
    into strict v_trigger
    using organisation_id, patient_id, at;
  if not v_trigger.exists then
    row_count := 0;
    return;
  end if;
  begin
    execute format('lock table %s in share row exclusive mode', v_oid);
  exception
    when lock_not_available then
      raise exception 'somebody is writing where something is to be destroyed'
        using errcode = 'CD018', hint = 'Ask again when the transaction that writes has ended; nothing was destroyed.';
  end;
  for v_trigger in
    select t.tgname
    from pg_trigger as t
    where t.tgrelid = v_oid
      and not t.tgisinternal
      and t.tgtype & 8 = 8 -- delete
      and t.tgenabled = 'A'
  loop
    execute format('alter table %s disable trigger %I', v_oid, v_trigger.tgname);
    v_silenced := v_silenced || v_trigger.tgname::text;
  end loop;
  execute format(
    'with gone as (delete from %s as t where %s returning %s as key) select count(*), array_agg(key order by key collate "C") from gone',
    v_oid, condition, audit.key_expression(relation)
  )
  into row_count, record_keys
  using organisation_id, patient_id, at;
  for v_place in 1..cardinality(v_silenced) loop
    execute format('alter table %s enable always trigger %I', v_oid, v_silenced[v_place]);
  end loop;
end
$$;
comment on function governance.delete_rows(text, text, uuid, uuid, timestamptz) is
  'Deletes rows t of a table by a condition ($1 organisation, $2 patient, $3 moment), guards of deletion standing aside; how many, and their keys. CD018 where somebody writes there for more than five seconds. [N-49]';

-- governance.of_what_stays: an SQL condition on `t` and a moment $3, that it is part of a row of the same patient and retention class which stays:
-- one that was written after it, or one of whose parts was, or that something else refers to. Lines, payments and claims go with their invoice and
-- not before, or what is still owed, or claimed, would come to nothing.
create or replace function governance.of_what_stays(relation text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      with keys as (
        select f.oid, f.conrelid, f.confrelid,
          (
            select string_agg(format('x.%I = %%1$s.%I', b.attname, a.attname), ' and ')
            from unnest(f.conkey, f.confkey) as k (child, parent)
            join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.child
            join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.parent
          ) as condition,
          f.confrelid <> f.conrelid
            and exists (select from pg_attribute as a where a.attrelid = f.conrelid and a.attname = 'patient_id' and a.attnum = any (f.conkey))
            and 4 = (
              select count(*) from pg_attribute as a where a.attrelid in (f.conrelid, f.confrelid) and a.attname in ('created_at', 'updated_at')
            )
            and exists (
              select
              from governance.classification as c
              join governance.classification as p on p.retention = c.retention
              where to_regclass(format('%I.%I', c.schema_name, c.table_name)) = f.conrelid
                and to_regclass(format('%I.%I', p.schema_name, p.table_name)) = f.confrelid
            ) as is_part
        from pg_constraint as f
        where f.contype = 'f'
          and f.conparentid = 0
      )
      select string_agg(
        format(
          'exists (select from %s as x where %s and (greatest(x.created_at, x.updated_at) > $3 or %s))', f.confrelid::regclass,
          format(f.condition, 't'),
          (
            select string_agg(
              format(
                'exists (select from %s as y where %s%s)', r.conrelid::regclass, format(r.condition, 'y'),
                case when r.is_part then ' and greatest(y.created_at, y.updated_at) > $3' else '' end
              ),
              ' or ' order by r.oid
            )
            from keys as r
            where r.confrelid = f.confrelid
          )
        ),
        ' or ' order by f.oid
      )
      from keys as f
      where f.is_part
        and f.conrelid = relation::regclass
    ),
    'false'
  );
end
$$;
comment on function governance.of_what_stays(text) is
  'Condition on t and $3, that t is part of a row of its patient and retention class that stays: written after $3, or whose parts were, or referred to by what is no part. [N-49, S-34]';

comment on policy provider_select on public.professionals is
  'clinic_admin of the current organisation may read rows; doctor, nurse or assistant of the current organisation may read rows that are not archived. [N-02, S-02]';

alter policy provider_select_rows on public.professionals
  to authenticated
  using (
    (archived_at is null or archived_at = now())
    or organisation_id = (select authz.organisation_for('{clinic_admin}', '{}'))
  );

comment on policy provider_update on public.professionals is
  'clinic_admin of the current organisation may change rows. [N-02, S-03]';

create or replace trigger _310_erased
  before update on public.subject_requests
  for each row
  execute function authz.tg_subject_requests__erased();
alter table public.subject_requests enable always trigger _310_erased;
comment on trigger _310_erased on public.subject_requests is
  'Lets a request for erasure be completed by the erasure alone. [N-49]';

drop policy provider_update_rows on public.professionals;

-- migrate:down
