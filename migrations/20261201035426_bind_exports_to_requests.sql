-- migrate:up
-- Why: an officer could take down a request, take it up and export a whole chart for it, as often as they liked; and one NUL in an application's json kept a patient from their export
-- Access: +1 grant, 1 changed, 2 definer functions
--   ~ governance.subject_rows is written, and runs with the rights of its owner
--   ~ authz.export_request is written, and runs with the rights of its owner
--   ~ policy provider_insert on public.subject_requests
--   + cordon_definer may select (created_by_user_id) on public.subject_requests
--   widens: authz.export_request(uuid, uuid, uuid), which 1 function asks, has another text
--   widens: clinic_admin can now add to public.subject_requests in more rows: no longer only where the capability privacy_officer is held
--   widens: governance.subject_rows(uuid, uuid), which 1 function asks, has another text
--   widens: our definer functions can now read public.subject_requests (created_by_user_id) too
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- governance.told_json: a text of type json as jsonb, or, where that does not take it, as the text that it is: json keeps what it was given, a NUL
-- written as an escape or a number without end, and one such value of an application's would keep a patient from all that is held of them.
create or replace function governance.told_json(content json)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return content::jsonb;
exception
  when data_exception or program_limit_exceeded then -- whole classes: an escape, a number, a depth that jsonb does not take
    return to_jsonb(content::text);
end
$$;
comment on function governance.told_json(json) is
  'A value of type json as jsonb; as its text where jsonb does not take it. [N-49]';
revoke all on function governance.told_json(json) from public;

-- governance.subject_rows: every row of one patient at one organisation, table by table, and what is left out of it with its reason. Of the migrating
-- role, because nobody else may read all of it: it asks for nobody's rights, so that only export_subject may call it, which does. Staff are left out,
-- but not from what they wrote of somebody's health: a chart names its professionals, and says with which licence they wrote (CFM 1.638/2002 art. 5).
-- Whoever wrote is told by name, council and licence, and never by a login. What an application keeps as json, or in a type of its own, may hold what
-- jsonb does not take: it is told as its text then.
create or replace function governance.subject_rows(organisation_id uuid, patient_id uuid)
  returns table (relation text, content jsonb, left_out jsonb)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_table record;
  v_hidden text[];
  v_key text;
  v_author text;
  v_source text;
begin
  for v_table in
    select g.relation as name, g.condition, g.relation::regclass as oid, n.nspname as schema_name, c.relname as table_name
    from governance.subject_graph() as g
    join pg_class as c on c.oid = g.relation::regclass
    join pg_namespace as n on n.oid = c.relnamespace
  loop
    relation := v_table.name;
    select array_agg(a.attname::text order by a.attname),
        coalesce(jsonb_object_agg(a.attname, e.reason order by a.attname) filter (where a.attname is not null), '{}')
      into v_hidden, left_out
      from governance.export_exclusions as e
      join pg_attribute as a
        on a.attrelid = v_table.oid and a.attnum > 0 and not a.attisdropped and e.column_name in (a.attname, '*')
     where e.schema_name in (v_table.schema_name, '*')
       and e.table_name in (v_table.table_name, '*');
    select string_agg(format('t.%I', a.attname), ', ' order by k.place)
      into v_key
      from pg_index as i
      cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
      join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = v_table.oid
       and i.indisprimary
       and k.place <= i.indnkeyatts;
    v_author := case
      when exists (
        select
        from governance.classification as c
        where c.schema_name = v_table.schema_name
          and c.table_name = v_table.table_name
          and c.domain = 'clinical'
          and c.retention = 'chart'
          and c.level not in ('PUBLIC', 'INTERNAL')
      ) and exists (
        select from pg_attribute as a where a.attrelid = v_table.oid and a.attname = 'created_by_user_id' and not a.attisdropped
      ) then
        ' || coalesce((
           select jsonb_build_object(''written_by'', jsonb_build_object(''name'', n.display_name, ''council'', l.council, ''licence'', l.licence))
           from public.organisation_members as m
           left join public.profiles as n on n.user_id = m.user_id
           left join public.professionals as l on l.organisation_id = m.organisation_id and l.user_id = m.user_id
           where m.organisation_id = $1
             and m.user_id = t.created_by_user_id
             and (l.user_id is not null or m.role in (''doctor'', ''nurse''))
         ), ''{}'')'
      else ''
    end;
    -- A table without such a column is asked as it stands.
    select case
        when bool_or(c.is_json) then
          format(
            '(select %s from %s as t)',
            string_agg(
              format(case when c.is_json then 'governance.told_json(to_json(t.%1$I)) as %1$I' else 't.%I' end, c.attname),
              ', ' order by c.attnum
            ),
            v_table.oid::regclass
          )
        else v_table.oid::regclass::text
      end
      into v_source
      from (
        select a.attnum, a.attname,
          'json'::regtype in (y.oid, y.typelem, y.typbasetype) or e.typtype in ('c', 'd') or exists (
            select
            from pg_cast as k -- a type that an application says how to write as json
            where k.castsource in (y.oid, e.oid) and k.casttarget = 'json'::regtype and k.castsource <> 'jsonb'::regtype
          ) as is_json
        from pg_attribute as a
        join pg_type as y on y.oid = a.atttypid
        join pg_type as e on e.oid = case when y.typelem <> 0 and y.typcategory = 'A' then y.typelem else y.oid end
        where a.attrelid = v_table.oid and a.attnum > 0 and not a.attisdropped
      ) as c;
    if exists (
      select
      from governance.export_exclusions as e
      where e.schema_name = v_table.schema_name and e.table_name = v_table.table_name and e.column_name = '*'
    ) then
      content := null;
    else
      -- The row and not t: a table may have a column of that name.
      execute format(
        'select coalesce(jsonb_agg((to_jsonb(t.*) - $3)%s order by %s), ''[]'') from %s as t where %s(%s)',
        v_author,
        coalesce(v_key, '1'),
        v_source,
        -- Where it has another name, or none, the condition asks for it.
        case
          when exists (
            select from pg_attribute as a where a.attrelid = v_table.oid and a.attname = 'organisation_id' and not a.attisdropped
          ) then 't.organisation_id = $1 and '
          else ''
        end,
        v_table.condition
      )
      into content
      using subject_rows.organisation_id, subject_rows.patient_id, coalesce(v_hidden, '{}');
    end if;
    return next;
  end loop;
end
$$;

comment on function public.export_subject(uuid, uuid) is
  'Everything held of a patient {format, export: {organisation_id, patient_id, exported_at, tables, left_out}, export_sha256}; the digest is of PostgreSQL''s text of export. Recorded as a disclosure, and in the access log: of the privacy officer as a read, for the request of the patient that is under way. 42501 for who is neither the privacy officer nor a patient with a session, CD010 for no such patient or request, CD013 where the officer has no request for access or portability in_progress, or several and names none, or has exported for it three times, CD008 where they took it down themselves, CD041 beyond the limit of restricted reads. [N-35, N-37, N-39, N-49, N-52]';

-- authz.export_request: the request by which the privacy officer may take everything that is held of a patient: for access or portability, and not
-- answered yet. What nobody asked for is a chart read without treating, consent or hours, and whoever takes down a request that opens it to
-- themselves says so of nobody but themselves: somebody else has heard the patient, or has seen the letter. A request opens it three times, since a
-- copy gets lost; for more the patient asks again. Where none is named, the only one there is.
create or replace function authz.export_request(organisation_id uuid, patient_id uuid, request_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_request_id uuid;
  v_taken_down_by uuid;
begin
  -- An older snapshot does not show what another officer has just taken for it.
  perform authz.require_read_committed();
  if export_request.request_id is not null and not exists (
    select
    from public.subject_requests as r
    where r.organisation_id = export_request.organisation_id
      and r.id = export_request.request_id
      and r.patient_id = export_request.patient_id
      and r.archived_at is null
  ) then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'not_found');
    raise exception 'request not found'
      using errcode = 'CD010', hint = 'Name a subject request of this patient, of the current organisation.';
  end if;
  -- Locked: who answers it meanwhile, or exports for it too, waits, or is seen.
  for v_request in
    select r.id, r.created_by_user_id
    from public.subject_requests as r
    where r.organisation_id = export_request.organisation_id
      and r.patient_id = export_request.patient_id
      and r.id = coalesce(export_request.request_id, r.id)
      and r.kind in ('access', 'portability')
      and r.status = 'in_progress'
      and r.archived_at is null
    order by r.id
    for no key update
  loop
    if v_request_id is not null then
      raise exception 'the patient asked more than once'
        using errcode = 'CD013', hint = 'Name the request that this export answers: export_subject(patient_id, request_id).';
    end if;
    v_request_id := v_request.id;
    v_taken_down_by := v_request.created_by_user_id;
  end loop;
  if v_request_id is null then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'nobody asked for this export'
      using errcode = 'CD013', hint = 'Take up the patient''s request of kind access or portability first: status in_progress.';
  end if;
  if v_taken_down_by = authz.user_id() then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'you took this request down yourself'
      using errcode = 'CD008', hint = 'Reception or a clinic_admin takes it down, or the patient files it on the portal; or another privacy officer exports for it.';
  end if;
  if (
    select count(*)
    from public.disclosures as d
    where d.organisation_id = export_request.organisation_id
      and d.patient_id = export_request.patient_id
      and d.source_table = 'public.export_subject'
      and d.source_id = v_request_id
  ) >= 3 then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'this request has been answered with an export three times'
      using errcode = 'CD013', hint = 'Complete it; a patient who needs another copy takes it on the portal, or asks again.';
  end if;
  return v_request_id;
end
$$;
comment on function authz.export_request(uuid, uuid, uuid) is
  'The request for access or portability of a patient that is under way, locked: the one that is named, or the only one. CD010 for no such request of the patient, CD013 for one of another kind or not under way, for none, for several where none is named, or for one that was exported for three times, CD008 for one that the caller took down, CD007 above READ COMMITTED. [N-49]';

create or replace function authz.rules_subject_requests()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "subject_requests", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "receptionist"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["privacy_officer"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "patient", "operation": "INSERT", "roles": [], "capabilities": [], "conditions": ["own_patient"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]}
  ]}';
end
$$;

alter policy provider_insert on public.subject_requests
  to authenticated
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{privacy_officer}')), (select authz.organisation_for('{clinic_admin,receptionist}', '{}'))), 'provider', 'subject_requests', 'INSERT', 'detailed')));
comment on policy provider_insert on public.subject_requests is
  'any member with privacy_officer of the current organisation may create rows; clinic_admin or receptionist of the current organisation may create rows. [N-02, S-03]';

comment on policy definer_select on public.subject_requests is
  'definer functions may read every row (authz.erasure_request, authz.export_request: what the officer may erase and export by; authz.tg_consents__version: who has objected; authz.simulate: explains a decision by what it depends on). [N-08, N-45, N-49]';

grant select (created_by_user_id) on public.subject_requests to cordon_definer;

-- migrate:down
