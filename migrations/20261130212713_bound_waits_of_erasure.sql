-- migrate:up
-- Why: one row that somebody kept locked kept an erasure, and behind it every clinic, waiting without end
-- Access: 1 definer function
--   ~ governance.erase_rows is written, and runs with the rights of its owner
--   widens: governance.erase_rows(uuid, uuid, uuid), which 2 functions ask, runs under search_path=pg_catalog, pg_temp, lock_timeout=5s, has another text
--   widens: governance.purge(uuid), which only its owner and the platform may call, runs under search_path=pg_catalog, pg_temp, lock_timeout=5s, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- governance.erase_rows: does what governance.erasure_rules say with the rows of one patient: destroys what no law keeps, and tells of the rest why and
-- until when it stays. What names the person goes; the id stays, and is nobody's (A14). Of the migrating role, because nobody else may delete: it asks
-- for nobody's rights, so that only erase_subject and plan_erasure may call it, which do. It holds tables against everybody who writes there, of whatever
-- clinic: no wait is longer than five seconds, for a row that is locked and not written either, of which governance.hold_table does not know.
create or replace function governance.erase_rows(organisation_id uuid, patient_id uuid, request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_by constant text := coalesce(authz.user_id()::text, session_user::text);
  v_graph constant jsonb := (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g);
  v_table record;
  v_rule record;
  v_due record;
  v_dues jsonb := '[]';
  v_keys_of jsonb[];
  v_is_open boolean := true;
  v_until timestamptz;
  v_keys text[];
  v_places text[];
  v_count bigint;
  v_is_gone boolean;
  v_destroyed jsonb := '[]';
  v_kept jsonb := '[]';
  v_entry jsonb;
  v_logins uuid[];
begin
  -- Jobs before all else: whoever moves a job holds it and goes on to the transfer, and a company that keeps one locked keeps this waiting alone, and
  -- nobody at the clinic behind it. A hold that is found takes it back.
  v_places := authz.forget_places(erase_rows.organisation_id, erase_rows.patient_id);
  -- Logins before the patient: whoever proposes one is writing to them already when they wait for the patient, and would be who is turned away.
  if exists (
    select
    from public.patient_accounts as a
    where a.organisation_id = erase_rows.organisation_id
      and a.patient_id = erase_rows.patient_id
  ) then
    perform governance.hold_table('public.patient_accounts');
  end if;
  -- A hold is set before or after, never in between: it would come to nothing. Both lock the organisation, so that no other waits.
  perform
  from public.organisations as o
  where o.id = erase_rows.organisation_id
  for no key update;
  perform authz.lock_patient(erase_rows.organisation_id, erase_rows.patient_id);
  if exists (
    select
    from public.legal_holds as h
    where h.organisation_id = erase_rows.organisation_id
      and (h.patient_id is null or h.patient_id = erase_rows.patient_id)
      and h.released_at is null
  ) then
    raise exception 'a legal hold keeps this data'
      using errcode = 'CD020', hint = 'Release the hold first, or refuse the request on its ground.';
  end if;
  perform set_config('app.pinned_organisation_id', erase_rows.organisation_id::text, true);
  -- What was never confirmed may be a proposal of anybody's login.
  select array_agg(a.user_id)
    into v_logins
    from public.patient_accounts as a
   where a.organisation_id = erase_rows.organisation_id
     and a.patient_id = erase_rows.patient_id
     and a.relationship = 'self'
     and a.confirmed_at is not null;

  -- Decided before anything is destroyed: what is gone says no longer when it was written.
  for v_table in
    select g.relation, g.relation::regclass as oid, g.condition, n.nspname as schema_name, c.relname as table_name
    from governance.subject_graph() with ordinality as g (relation, condition, via, place)
    join pg_class as c on c.oid = g.relation::regclass
    join pg_namespace as n on n.oid = c.relnamespace
    order by g.place desc -- what refers before what it refers to
  loop
    if not exists (
      select
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name and r.table_name = v_table.table_name and r.column_name = '*'
    ) then
      raise exception 'no rule says what erasure does with a table'
        using errcode = 'CD020', detail = v_table.relation, hint = 'Add it to governance.erasure_rules, by a migration.';
    end if;
    v_is_gone := false;
    for v_rule in
      select r.column_name, r.action, r.kept_for, r.replacement, r.basis
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name
        and r.table_name = v_table.table_name
      order by r.column_name <> '*', r.column_name
    loop
      continue when v_is_gone;
      v_until := case
        when v_rule.kept_for is not null then governance.kept_until(erase_rows.organisation_id, erase_rows.patient_id, v_rule.kept_for, v_graph)
      end;
      v_entry := jsonb_build_object('table', v_table.relation, 'column', v_rule.column_name, 'basis', v_rule.basis);
      if v_rule.action = 'keep' or v_until > v_now then
        execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_table.oid, v_table.condition)
          into v_count
          using erase_rows.organisation_id, erase_rows.patient_id;
        if v_count > 0 then
          v_kept := v_kept || (v_entry || jsonb_build_object('rows', v_count, 'until', to_char(v_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
        end if;
        continue;
      end if;
      v_is_gone := v_rule.action = 'delete';
      v_dues := v_dues || jsonb_build_object(
        'table', v_table.relation, 'condition', v_table.condition, 'column', v_rule.column_name, 'replacement', v_rule.replacement, 'entry', v_entry
      );
    end loop;
  end loop;

  if v_places is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.transfer_jobs', 'column', 'packet', 'rows', cardinality(v_places), 'basis', 'where somebody was fetched and brought: nothing asks to keep it'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.transfer_jobs', 'packet', v_places, v_by);
  end if;

  -- Never what is referred to by what is kept. What is deleted frees what it referred to: again until nothing is.
  v_keys_of := array_fill('[]'::jsonb, array[jsonb_array_length(v_dues)]);
  while v_is_open loop
    v_is_open := false;
    for v_due in
      select d.place::integer as place, d.due ->> 'table' as relation, (d.due ->> 'table')::regclass as oid, d.due ->> 'condition' as condition,
        d.due ->> 'column' as column_name, d.due ->> 'replacement' as replacement
      from jsonb_array_elements(v_dues) with ordinality as d (due, place)
      order by d.place
    loop
      v_keys := null;
      if v_due.column_name = '*' then
        select d.record_keys
          into v_keys
          from governance.delete_rows(
            v_due.relation,
            format('t.organisation_id = $1 and (%s) and %s', v_due.condition, governance.unreferenced(v_due.relation, false)),
            erase_rows.organisation_id, erase_rows.patient_id, v_now
          ) as d;
      elsif v_keys_of[v_due.place] = '[]' then
        execute format(
          'with blanked as (
             update %1$s as t set %2$I = replace(%3$L, ''{id}'', t.id::text)
             where t.organisation_id = $1 and (%4$s) and t.%2$I is distinct from replace(%3$L, ''{id}'', t.id::text)
             returning %5$s as key
           ) select array_agg(key order by key collate "C") from blanked',
          v_due.oid, v_due.column_name, v_due.replacement, v_due.condition, audit.key_expression(v_due.relation)
        )
        into v_keys
        using erase_rows.organisation_id, erase_rows.patient_id;
      end if;
      if v_keys is not null then
        v_keys_of[v_due.place] := v_keys_of[v_due.place] || to_jsonb(v_keys);
        v_is_open := true;
      end if;
    end loop;
  end loop;
  for v_due in
    select d.due ->> 'table' as relation, d.due ->> 'column' as column_name, d.due -> 'entry' as entry, d.due ->> 'condition' as condition,
      array(select k.value from jsonb_array_elements_text(v_keys_of[d.place::integer]) as k order by k.value collate "C") as record_keys
    from jsonb_array_elements(v_dues) with ordinality as d (due, place)
    order by d.place
  loop
    if v_due.record_keys <> '{}' then
      v_destroyed := v_destroyed || (v_due.entry || jsonb_build_object('rows', cardinality(v_due.record_keys)));
      perform governance.bury(
        erase_rows.organisation_id, 'erasure', erase_rows.request_id, v_due.relation, nullif(v_due.column_name, '*'), v_due.record_keys, v_by
      );
    end if;
    continue when v_due.column_name <> '*';
    execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_due.relation::regclass, v_due.condition)
      into v_count
      using erase_rows.organisation_id, erase_rows.patient_id;
    if v_count > 0 then
      v_kept := v_kept || (v_due.entry || jsonb_build_object('rows', v_count, 'until', null, 'basis', 'is referred to by what is kept'));
    end if;
  end loop;
  select count(*)
    into v_count
    from storage.objects as o
   where o.bucket_id = 'patient-documents'
     and o.name like erase_rows.organisation_id || '/' || erase_rows.patient_id || '/%'
     and not exists (select from public.documents as d where d.organisation_id = erase_rows.organisation_id and d.object_path = o.name);
  if v_count > 0 then
    v_kept := v_kept || jsonb_build_object(
      'table', 'storage.objects', 'column', '*', 'rows', v_count, 'until', null,
      'basis', 'files open to nobody any more: a server takes them out of Storage, removeErased of cordon/documents'
    );
  end if;

  -- Beyond the tenant: names in jobs that are still under way, and the name of a login that is a patient's and nothing else.
  perform authz.forget_passengers(erase_rows.organisation_id, erase_rows.patient_id, '-infinity');
  with blanked as (
    update public.profiles as p
       set display_name = 'erased'
     where p.user_id = any (v_logins)
       and p.display_name <> 'erased'
       and not exists (select from public.patient_accounts as a where a.user_id = p.user_id)
       and not exists (select from public.organisation_members as m where m.user_id = p.user_id)
       and not exists (select from public.ops_members as m where m.user_id = p.user_id)
    returning array[p.user_id::text]::text as key
  )
  select array_agg(b.key order by b.key) into v_keys from blanked as b;
  if v_keys is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.profiles', 'column', 'display_name', 'rows', cardinality(v_keys), 'basis', 'names the person behind a login that opens nothing any more'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.profiles', 'display_name', v_keys, v_by);
  end if;
  perform governance.close_burial(erase_rows.organisation_id, 'erasure', erase_rows.request_id, v_by);
  if v_logins is not null then
    v_kept := v_kept || jsonb_build_object(
      'table', 'auth.users', 'column', '*', 'rows', cardinality(v_logins), 'until', null,
      'basis', 'logins are the platform''s: delete them with the Auth admin API'
    );
  end if;
  return jsonb_build_object('patient_id', erase_rows.patient_id, 'destroyed', v_destroyed, 'kept', v_kept);
exception
  when lock_not_available then
    raise exception 'somebody keeps locked what is to be destroyed'
      using errcode = 'CD018', hint = 'Ask again when the transaction that keeps it has ended; nothing was destroyed.';
end
$$;
comment on function governance.erase_rows(uuid, uuid, uuid) is
  'Erases a patient by governance.erasure_rules {patient_id, destroyed: [{table, column, rows, basis}], kept: [{table, column, rows, basis, until}]}. CD007 above READ COMMITTED, CD018 where something of it is locked for more than five seconds, CD020 under a hold, or for a table without a rule. [N-49]';

-- governance.purge: deletes what retention no longer keeps, everywhere, and tells what: charts and what belongs to them when the patient's last
-- entry is old enough; archived rows of no class of their own; the rest by its own age, a part with the whole, and nothing before it has expired.
-- Never under a hold, never what is still referred to, and the tables of the trail and of governance not at all. Of a job that was driven, and so is
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
          when v_table.retention = 'general' then 't.archived_at <= $3 and $2 is null'
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

comment on function governance.plan_retention() is
  'What is due for deletion {plan_sha256, rows: [{organisation_id, table, column where that alone is forgotten, retention, rows, keys_sha256}]}; changes nothing. CD007 above READ COMMITTED, CD018 where something of it is locked for more than five seconds, CD020 while a run is under way. [N-49]';

comment on function governance.run_retention(text) is
  'Deletes what the plan of this digest listed {run_id, plan_sha256, rows}. CD007 above READ COMMITTED, CD018 where something of it is locked for more than five seconds, CD020 where anything else is due by now, or while another run is under way. [N-38, N-49]';

comment on function public.erase_subject(uuid) is
  'Erases the patient of a request {patient_id, destroyed: [{table, column, rows, basis}], kept: [{table, column, rows, basis, until}]}, and completes it. 42501 for who is no privacy officer, CD010 for no such request, CD013 for one that is not for erasure or not under way, CD018 where something of it is locked for more than five seconds, CD020 under a hold. [N-49]';

-- migrate:down
