-- migrate:up
-- Why: documents go with the chart that they belong to, their files after them; a ticket is a restricted read; an exported signature is a disclosure
-- Access: +1 grant, 4 definer functions
--   ~ governance.erase_rows is written, and runs with the rights of its owner
--   ~ public.export_signed_form is written, and runs with the rights of its owner
--   ~ public.issue_read_ticket is written, and runs with the rights of its owner
--   ~ public.orphaned_objects is written, and runs with the rights of its owner
--   + service_role may execute function public.orphaned_objects(uuid, integer)
--   widens: governance.erase_rows(uuid, uuid, uuid), which 2 functions ask, has another text
--   widens: public.export_signed_form(uuid), callable by clinic staff and patients, has another text
--   widens: public.issue_read_ticket(uuid), callable by clinic staff, operations and patients, has another text
--   widens: the foreign key document_read_tickets_document_id_patient_id_fkey no longer guards public.document_read_tickets
--   widens: the service role can now call public.orphaned_objects(uuid, integer), which acts with the rights of postgres, whom no policy binds,
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.document_read_tickets
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE governance.erasure_rules

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A ticket is the record of a read, and outlives what was read: it hangs on the patient's id, as logs do, and no longer on the document's row.
alter table public.document_read_tickets drop constraint document_read_tickets_document_id_patient_id_fkey;
alter table public.document_read_tickets
  add constraint document_read_tickets_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict not valid;
-- squawk-ignore constraint-missing-not-valid
alter table public.document_read_tickets validate constraint document_read_tickets_organisation_id_patient_id_fkey;
-- squawk-ignore require-concurrent-index-creation
create index document_read_tickets_organisation_id_patient_id_idx on public.document_read_tickets (organisation_id, patient_id);
comment on column public.document_read_tickets.document_id is 'Which document; its row may be gone by now.';

-- A row waited for its file, and the file, which nobody may take away while a row tells of it, for the row: neither ever went.
update governance.erasure_rules
   set action = 'delete', kept_for = 'chart', basis = 'chart: Lei 13.787/2018 art. 6, or the organisation''s policy'
 where schema_name = 'public' and table_name = 'documents' and column_name = '*';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- governance.unreferenced: an SQL condition on `t`, that no row refers to it. `own` says whether rows of the same table count: where only some
-- of them go, one that stays may be the successor of one that goes.
create or replace function governance.unreferenced(relation text, own boolean)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select string_agg(
        format(
          'not exists (select from %s as x where %s)', f.conrelid::regclass,
          (
            select string_agg(format('x.%I = t.%I', a.attname, b.attname), ' and ')
            from unnest(f.conkey, f.confkey) as k (child, parent)
            join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.child
            join pg_attribute as b on b.attrelid = f.confrelid and b.attnum = k.parent
          )
        ),
        ' and ' order by f.oid
      )
      from pg_constraint as f
      where f.contype = 'f'
        and f.conparentid = 0
        and f.confrelid = relation::regclass
        and (own or f.conrelid <> f.confrelid)
    ),
    'true'
  );
end
$$;
comment on function governance.unreferenced(text, boolean) is
  'Condition on t, that no row refers to it; rows of its own table count where own. [N-49]';
revoke all on function governance.unreferenced(text, boolean) from public;

-- governance.erase_rows: does what governance.erasure_rules say with the rows of one patient: destroys what no law keeps, and tells of the rest why and
-- until when it stays. What names the person goes; the id stays, and is nobody's (A14). Of the migrating role, because nobody else may delete: it asks
-- for nobody's rights, so that only erase_subject and plan_erasure may call it, which do.
create or replace function governance.erase_rows(organisation_id uuid, patient_id uuid, request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
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
  v_count bigint;
  v_is_gone boolean;
  v_destroyed jsonb := '[]';
  v_kept jsonb := '[]';
  v_entry jsonb;
  v_logins uuid[];
begin
  -- A hold is set before or after, never in between: it would come to nothing.
  lock table public.legal_holds in share mode;
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
  select array_agg(a.user_id)
    into v_logins
    from public.patient_accounts as a
   where a.organisation_id = erase_rows.organisation_id
     and a.patient_id = erase_rows.patient_id
     and a.relationship = 'self';

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
  if v_logins is not null then
    v_kept := v_kept || jsonb_build_object(
      'table', 'auth.users', 'column', '*', 'rows', cardinality(v_logins), 'until', null,
      'basis', 'logins are the platform''s: delete them with the Auth admin API'
    );
  end if;
  return jsonb_build_object('patient_id', erase_rows.patient_id, 'destroyed', v_destroyed, 'kept', v_kept);
end
$$;

-- governance.purge: deletes what retention no longer keeps, everywhere, and tells what: charts and what belongs to them when the patient's last entry is
-- old enough; archived rows of no class of their own; the rest by its own age. Never under a hold, never what is still referred to (a file in Storage refers to nothing: it goes when its row has gone, public.orphaned_objects), and the tables of
-- the trail and of governance not at all. plan_retention takes it back, run_retention keeps it: they cannot differ.
create or replace function governance.purge(run_id uuid)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
  v_table record;
  v_due record;
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
        case when exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'updated_at') then 'greatest(t.created_at, t.updated_at)' else 't.occurred_at' end as age
      from governance.classification as c
      join pg_class as r on r.oid = to_regclass(format('%I.%I', c.schema_name, c.table_name)) and not r.relispartition
      where c.schema_name in ('public', 'audit')
        and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'organisation_id')
        and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname in ('updated_at', 'occurred_at'))
        and exists (select from pg_index as i where i.indrelid = r.oid and i.indisprimary)
      order by c.schema_name, c.table_name
    loop
      for v_due in
        select o.organisation_id, o.patient_id, o.written_before
        from jsonb_to_recordset(case when v_table.is_of_a_chart then v_charts else v_organisations end)
          as o (organisation_id uuid, patient_id uuid, retention text, written_before timestamptz)
        where o.retention = v_table.retention
      loop
        select d.row_count, d.record_keys
          into v_deleted
          from governance.delete_rows(
            v_table.relation,
            format(
              't.organisation_id = $1 and %s and not exists (
                 select from public.legal_holds as h
                 where h.organisation_id = t.organisation_id and h.released_at is null and (h.patient_id is null%s)
               ) and %s',
              case
                when v_table.is_of_a_chart then '(' || v_table.condition || ') and $3 is not null'
                when v_table.retention = 'general' then 't.archived_at <= $3 and $2 is null'
                else v_table.age || ' <= $3 and $2 is null'
              end,
              coalesce(' or ' || replace(replace(v_table.condition, '$2', 'h.patient_id'), '$1', 'h.organisation_id'), ''),
              v_table.free
            ),
            v_due.organisation_id, v_due.patient_id, v_due.written_before
          ) as d;
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
  return (
    select coalesce(jsonb_agg(to_jsonb(s) order by s.organisation_id, s."table" collate "C"), '[]')
    from (
      select r.organisation_id, r."table", r.retention, count(*) as rows,
        authz.digest(string_agg(k.value, E'\n' order by k.value collate "C")) as keys_sha256
      from jsonb_to_recordset(v_rows) as r (organisation_id uuid, "table" text, retention text, keys jsonb)
      cross join jsonb_array_elements_text(r.keys) as k
      group by r.organisation_id, r."table", r.retention
    ) as s
  );
end
$$;

-- public.export_signed_form: a signature with its evidence as one JSON, for who must prove it elsewhere. `npm run signature:verify` checks it
-- without a database: every digest, and that all its parts say the same. What leaves is recorded, so that nothing leaves in a READ ONLY transaction.
create or replace function public.export_signed_form(form_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_organisation_id constant uuid := case when not v_is_patient then authz.organisation_for('{}', '{privacy_officer}') end;
  v_export jsonb;
begin
  if authz.user_id() is null or (not v_is_patient and v_organisation_id is null) then
    raise exception 'evidence is not yours to export'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, or the patient.';
  end if;
  select jsonb_build_object(
      'format', 'cordon.signature-evidence.1',
      'form', jsonb_build_object(
        'organisation_id', f.organisation_id, 'id', f.id, 'patient_id', f.patient_id, 'template_id', f.template_id, 'case_id', f.case_id,
        'status', f.status, 'capacity', f.capacity, 'typed_name', f.typed_name, 'meaning', f.meaning, 'content_sha256', f.content_sha256,
        'signed_at', to_char(f.signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'signed_by_user_id', f.signed_by_user_id, 'witness_user_id', f.witness_user_id,
        'terminated_at', to_char(f.terminated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'terminated_by_user_id', f.terminated_by_user_id, 'termination_reason', f.termination_reason
      ),
      'content', f.content,
      'record', e.record,
      'record_sha256', e.record_sha256
    )
    into v_export
    from public.signed_forms as f
    join public.signed_form_evidence as e on e.organisation_id = f.organisation_id and e.id = f.id
   where f.id = export_signed_form.form_id
     and case
       when v_is_patient then
         authz.is_own_patient(f.organisation_id, f.patient_id)
         -- Another login's address is not theirs, though the patient may be.
         and coalesce(f.signed_by_user_id = authz.user_id(), true)
       else f.organisation_id = v_organisation_id
     end;
  if v_export is null then
    raise exception 'signed form not found'
      using errcode = 'CD010', hint = 'Name a form of the current organisation that was signed; on the portal, one of your own.';
  end if;
  perform authz.record_disclosure(
    (v_export #>> '{form,organisation_id}')::uuid, (v_export #>> '{form,patient_id}')::uuid, 'patient',
    (v_export #>> '{form,organisation_id}')::uuid, 'subject_access', '{public.signed_forms,public.signed_form_evidence}',
    'public.export_signed_form', form_id, authz.digest(v_export::text)
  );
  perform authz.record_security_event(
    (v_export #>> '{form,organisation_id}')::uuid, 'data.exported', form_id, '{"kind": "signed_form"}'
  );
  return v_export;
end
$$;
comment on function public.export_signed_form(uuid) is
  'A signed form with its evidence {format, form, content, record, record_sha256}. 42501 for who is neither the privacy officer nor a patient, CD010 for no such signature. Recorded as a disclosure and in audit.security_events. [N-37, S-31, S-32]';

-- public.issue_read_ticket: whoever the rules show a document to may have it signed for sixty seconds. Staff sign with their own token; a server
-- signs for patients and operations, who have no way into Storage (redeem_read_ticket). A ticket is a restricted read: there are so many a minute (N-52).
create or replace function public.issue_read_ticket(document_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_realm constant text := authz.acting_realm();
  v_organisation_id constant uuid := case when v_realm = 'provider' then authz.organisation_id() else v_caller.organisation_id end;
  v_expires_at constant timestamptz := clock_timestamp() + interval '60 seconds';
  v_document record;
  v_ticket_id uuid;
begin
  if v_caller.session_id is null or v_realm = 'system' or (v_realm = 'provider' and v_organisation_id is null) then
    raise exception 'documents are not yours to read'
      using errcode = 'insufficient_privilege', hint = 'Sign in with a session, and say where you act.';
  end if;
  perform authz.count_restricted_read();
  begin
    select d.organisation_id, d.id, d.patient_id, d.bucket, d.object_path, d.sha256
      into strict v_document
      from public.documents as d
     where d.id = issue_read_ticket.document_id
       and (v_organisation_id is null or d.organisation_id = v_organisation_id)
       and authz.may_read_document(d.organisation_id, d.id, v_realm, v_caller.user_id, authz.purpose());
  exception
    when no_data_found or too_many_rows then
      raise exception 'document not found'
        using errcode = 'CD010', hint = 'Name an active document that you may read; evaluate_policy says why one is not.';
  end;
  insert into public.document_read_tickets
    (organisation_id, patient_id, document_id, user_id, session_id, realm, purpose, expires_at)
  values (
    v_document.organisation_id, v_document.patient_id, v_document.id, v_caller.user_id, v_caller.session_id, v_realm,
    authz.purpose(), v_expires_at
  )
  returning id into v_ticket_id;
  return jsonb_build_object(
    'ticket_id', v_ticket_id, 'organisation_id', v_document.organisation_id, 'bucket', v_document.bucket,
    'path', v_document.object_path, 'sha256', v_document.sha256,
    'expires_at', to_char(v_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  );
end
$$;
comment on function public.issue_read_ticket(uuid) is
  'A ticket to have a document signed within sixty seconds {ticket_id, organisation_id, bucket, path, sha256, expires_at}; its row records the read. 42501 for who is not signed in, CD010 for a document that is not theirs to read now, CD041 beyond the restricted reads of a minute. [S-09, N-50, N-52]';

-- public.orphaned_objects: files of a clinic whose document has gone, by erasure or retention: they open to nobody, and a server takes them out of
-- Storage (removeErased). The row goes first: an object is kept for as long as one tells of it, and what is killed in between is found here again.
create or replace function public.orphaned_objects(organisation_id uuid, most integer default 100)
  returns text[]
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('role') <> 'service_role' then
    raise exception 'files are taken away by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it with the server''s key.';
  end if;
  return array(
    select o.name
    from storage.objects as o
    where o.bucket_id = 'patient-documents'
      and o.name like orphaned_objects.organisation_id || '/%'
      and authz.is_object_path(o.name)
      and not exists (
        select
        from public.documents as d
        where d.organisation_id = orphaned_objects.organisation_id
          and d.id = split_part(o.name, '/', 3)::uuid
      )
    order by o.name
    limit orphaned_objects.most
  );
end
$$;
comment on function public.orphaned_objects(uuid, integer) is
  'Paths in the bucket of documents that no document tells of any more, so many at most. 42501 for anybody but the server. [S-05, N-49]';
revoke all on function public.orphaned_objects(uuid, integer) from public;
grant execute on function public.orphaned_objects(uuid, integer) to service_role;

-- migrate:down
