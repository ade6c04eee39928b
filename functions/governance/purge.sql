-- governance.purge: deletes what retention no longer keeps, everywhere, and tells what: charts and what belongs to them when the patient's last
-- entry is old enough; archived rows of no class of their own, but for whoever wrote a chart; the rest by its own age, a part with the whole, and nothing
-- before it has expired. Never under a hold, never what is still referred to, and the tables of the trail and of governance not at all. Of a job that was driven, and so is
-- referred to, the places go alone. A file in Storage refers to nothing: it goes when its row has gone (public.orphaned_objects). A bed in which
-- nobody lies any more but who is forgotten is cleaned. plan_retention takes it back, run_retention keeps it: they cannot differ. No wait is longer than
-- five seconds, for a row that is locked and not written either: everybody who writes where something was deleted waits behind it.
create or replace function governance.purge(run_id uuid)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_table record;
  v_due record;
  v_condition text;
  v_dues jsonb;
  v_graph constant jsonb := (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g);
  v_organisations jsonb;
  v_charts jsonb;
  v_deleted record;
  v_is_done boolean := false;
  v_rows jsonb := '[]';
begin
  lock table public.legal_holds in share mode;
  -- Asked before anything is deleted: what is gone says no longer when it was written.
  select coalesce(jsonb_agg(d order by d.organisation_id, d.retention), '[]')
    into v_organisations
    from (
      select o.id as organisation_id, null::uuid as patient_id, c.retention, v_now - governance.kept_for(o.id, c.retention) as written_before
      from public.organisations as o
      cross join (select distinct c.retention from governance.classification as c) as c
    ) as d;
  select coalesce(jsonb_agg(d order by d.organisation_id, d.patient_id, d.retention), '[]')
    into v_charts
    from (
      select o.organisation_id, p.id as patient_id, o.retention, o.written_before
      from jsonb_to_recordset(v_organisations) as o (organisation_id uuid, retention text, written_before timestamptz)
      join public.patients as p on p.organisation_id = o.organisation_id
      where o.retention in ('chart', 'consent')
        and p.created_at <= o.written_before
        and governance.kept_until(p.organisation_id, p.id, o.retention, v_graph) <= v_now
    ) as d;
  -- What is deleted frees what it referred to: again until nothing is.
  while not v_is_done loop
    v_is_done := true;
    for v_table in
      select c.schema_name || '.' || c.table_name as relation, c.retention, v_graph ->> (c.schema_name || '.' || c.table_name) as condition,
        -- The last entry of a chart decides for all of it, and for the consents that opened it.
        c.retention in ('chart', 'consent') and v_graph ? (c.schema_name || '.' || c.table_name) as is_of_a_chart,
        governance.unreferenced(r.oid::regclass::text, true) as free,
        governance.of_what_stays(r.oid::regclass::text) as is_part,
        exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'expires_at') as expires,
        -- Name and licence of who wrote a chart belong to it: a member, and what licenses them, stays for as long as anything there is theirs. So does
        -- who wrote down for a patient what they refuse, or ended it: without their row it would be the patient's word, or the word of nobody.
        case
          when c.retention = 'general'
            and c.subjects = '{staff}'
            and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'user_id')
          then (
            select string_agg(
              format(
                ' and not exists (select from %I.%I as x where x.organisation_id = t.organisation_id and x.created_by_user_id = t.user_id)',
                k.schema_name, k.table_name
              ),
              '' order by k.schema_name, k.table_name
            )
            from governance.classification as k
            where k.retention = 'chart'
              and k.domain = 'clinical'
              and k.level not in ('PUBLIC', 'INTERNAL')
              and 2 = (
                select count(*)
                from pg_attribute as a
                where a.attrelid = to_regclass(format('%I.%I', k.schema_name, k.table_name))
                  and a.attname in ('organisation_id', 'created_by_user_id')
              )
          )
          || ' and not exists (select from public.access_restrictions as x where x.organisation_id = t.organisation_id and x.created_by_user_id = t.user_id)'
          || ' and not exists (
                 select
                 from public.consents as x
                 where x.organisation_id = t.organisation_id
                   and x.last_status_change_by_user_id = t.user_id
                   and x.status = ''withdrawn''
                   and not x.break_glass_allowed
               )'
        end as is_no_author,
        case when exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'updated_at') then 'greatest(t.created_at, t.updated_at)' else 't.occurred_at' end as age
      from governance.classification as c
      join pg_class as r on r.oid = to_regclass(format('%I.%I', c.schema_name, c.table_name)) and not r.relispartition
      where c.schema_name in ('public', 'audit')
        and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'organisation_id')
        and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname in ('updated_at', 'occurred_at'))
        and exists (select from pg_index as i where i.indrelid = r.oid and i.indisprimary)
      order by c.schema_name, c.table_name
    loop
      v_condition := format(
        't.organisation_id = $1 and %s and not exists (
           select from public.legal_holds as h
           where h.organisation_id = t.organisation_id and h.released_at is null and (h.patient_id is null%s)
         ) and %s',
        case
          when v_table.is_of_a_chart then '(' || v_table.condition || ') and $3 is not null'
          when v_table.retention = 'general' then 't.archived_at <= $3 and $2 is null' || coalesce(v_table.is_no_author, '')
          else v_table.age || ' <= $3 and $2 is null and not (' || v_table.is_part || ')'
            || case when v_table.expires then ' and not (t.expires_at > authz.now())' else '' end
        end,
        coalesce(' or ' || replace(replace(v_table.condition, '$2', 'h.patient_id'), '$1', 'h.organisation_id'), ''),
        v_table.free
      );
      -- Whose anything is due is asked of all at once: most have nothing, and a statement for each takes thousands of clinics minutes.
      execute format(
        'select coalesce(jsonb_agg(due), ''[]'')
         from jsonb_to_recordset($1) as due (organisation_id uuid, patient_id uuid, retention text, written_before timestamptz)
         where due.retention = $2 and exists (select from %s as t where %s)',
        v_table.relation,
        replace(replace(replace(v_condition, '$1', 'due.organisation_id'), '$2', 'due.patient_id'), '$3', 'due.written_before')
      )
      into strict v_dues
      using case when v_table.is_of_a_chart then v_charts else v_organisations end, v_table.retention;
      for v_due in
        select due.organisation_id, due.patient_id, due.written_before
        from jsonb_to_recordset(v_dues) as due (organisation_id uuid, patient_id uuid, written_before timestamptz)
      loop
        select d.row_count, d.record_keys
          into v_deleted
          from governance.delete_rows(v_table.relation, v_condition, v_due.organisation_id, v_due.patient_id, v_due.written_before) as d;
        if v_deleted.row_count > 0 then
          v_is_done := false;
          perform governance.bury(
            v_due.organisation_id, 'retention', run_id, v_table.relation, null, v_deleted.record_keys, session_user::text
          );
          v_rows := v_rows || jsonb_build_object(
            'organisation_id', v_due.organisation_id, 'table', v_table.relation, 'retention', v_table.retention, 'keys', to_jsonb(v_deleted.record_keys)
          );
        end if;
      end loop;
    end loop;
  end loop;
  -- A stay that nobody ended goes with its chart, and no trigger sees it go: nobody lies in its bed any more.
  for v_due in
    select distinct r.organisation_id
    from jsonb_to_recordset(v_rows) as r (organisation_id uuid, "table" text)
    where r."table" = 'public.admissions'
    order by 1
  loop
    perform set_config('app.pinned_organisation_id', v_due.organisation_id::text, true);
    update public.beds as b
       set status = 'cleaning'
     where b.organisation_id = v_due.organisation_id
       and b.status = 'occupied'
       and not exists (
         select
         from public.admissions as a
         where a.organisation_id = b.organisation_id
           and a.bed_id = b.id
           and a.status = 'admitted'
           and a.archived_at is null
       );
  end loop;
  for v_due in
    select f.organisation_id, f.record_keys
    from governance.forget_driven(v_organisations) as f
  loop
    perform governance.bury(
      v_due.organisation_id, 'retention', run_id, 'public.transfer_jobs', 'packet', v_due.record_keys, session_user::text
    );
    v_rows := v_rows || jsonb_build_object(
      'organisation_id', v_due.organisation_id, 'table', 'public.transfer_jobs', 'column', 'packet', 'retention', 'grant',
      'keys', to_jsonb(v_due.record_keys)
    );
  end loop;
  for v_due in
    select distinct r.organisation_id
    from jsonb_to_recordset(v_rows) as r (organisation_id uuid)
    order by 1
  loop
    perform governance.close_burial(v_due.organisation_id, 'retention', run_id, session_user::text);
  end loop;
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(s)) order by s.organisation_id, s."table" collate "C", s."column" nulls first), '[]')
    from (
      select r.organisation_id, r."table", r."column", r.retention, count(*) as rows,
        authz.digest(string_agg(k.value, E'\n' order by k.value collate "C")) as keys_sha256
      from jsonb_to_recordset(v_rows) as r (organisation_id uuid, "table" text, "column" text, retention text, keys jsonb)
      cross join jsonb_array_elements_text(r.keys) as k
      group by r.organisation_id, r."table", r."column", r.retention
    ) as s
  );
exception
  when lock_not_available then
    raise exception 'somebody keeps locked what is to be destroyed'
      using errcode = 'CD018', hint = 'Ask again when the transaction that keeps it has ended; nothing was destroyed.';
end
$$;
comment on function governance.purge(uuid) is
  'Deletes what is due {organisation_id, table, column where it is forgotten alone, retention, rows, keys_sha256}[], and buries it under the run. CD018 where something of it is locked for more than five seconds. [N-38, N-49]';
revoke all on function governance.purge(uuid) from public;
