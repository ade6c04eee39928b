-- migrate:up
-- Why: a withdrawal on an older snapshot left a chart open for good; what was archived came back in the same transaction; an admission moved a patient who lay elsewhere; a mistaken consent ended a refusal; retention took jobs yet to be driven; an upload outlived its session
-- Access: 4 definer functions
--   ~ authz.refuses_emergency is written, and runs with the rights of its owner
--   ~ authz.tg__stamp is written, and runs with the rights of its owner
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_objects__uploaded is written, and runs with the rights of its owner
--   widens: authz.refuses_emergency(uuid, uuid, uuid), which 7 functions, 14 policies and 1 trigger ask, has another text
--   widens: authz.tg__stamp(), which 55 triggers ask, has another text
--   widens: authz.tg_consents__project(), which 1 trigger asks, has another text
--   widens: authz.tg_objects__uploaded(), which 1 trigger asks, has another text
--   widens: governance.purge(uuid), which only its owner and the platform may call, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.refuses_emergency: a patient's explicit refusal, the one thing beside the tenant that no emergency bypasses. It ends when the patient takes
-- it back, themselves or by a later consent to the same purpose that allows it and was no mistake, or on the day that the consent names, and not with a new text of the
-- purpose: a clinic that publishes one would end refusals.
create or replace function authz.refuses_emergency(organisation_id uuid, patient_id uuid, user_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.access_restrictions as r
    where r.organisation_id = refuses_emergency.organisation_id
      and r.patient_id = refuses_emergency.patient_id
      and (r.restricted_user_id is null or r.restricted_user_id = refuses_emergency.user_id)
      and r.lifted_at is null
      and r.archived_at is null
  ) or exists (
    select
    from public.consents as c
    where c.organisation_id = refuses_emergency.organisation_id
      and c.patient_id = refuses_emergency.patient_id
      and not c.break_glass_allowed
      and coalesce(c.expires_at, 'infinity') > authz.now()
      and c.archived_at is null
      and (
        c.status = 'active'
        or (
          -- Staff withdraw for a patient, or terminate the form: that ends what the consent opened, and not what it refused.
          c.status = 'withdrawn'
          and exists (
            select
            from public.organisation_members as m
            where m.organisation_id = c.organisation_id
              and m.user_id = c.last_status_change_by_user_id
          )
          and not exists (
            select
            from public.consents as l
            where l.organisation_id = c.organisation_id
              and l.patient_id = c.patient_id
              and l.purpose = c.purpose
              and l.break_glass_allowed
              and l.legal_basis = 'consent'
              and l.given_at > c.withdrawn_at
              and l.status <> 'entered_in_error'
              and l.archived_at is null
          )
        )
      )
  );
end
$$;

-- authz.tg__stamp: who did what and when, on every row and every path; what a client sends is overwritten (S-16). It believes the token's
-- subject, which costs a tenth of asking whether the session lives; authz.tg__stamped asks that, once for all rows of the statement.
-- Definer, because callers have no USAGE on authz. archived_at is the transaction's time, not the clock's: policies
-- show a row archived by the running transaction, since PostgreSQL holds an updated row against the SELECT policy. It stays archived there:
-- what looked away from it meanwhile would not look again. Later it comes back where a rule shows it; the server and the owner repair.
create or replace function authz.tg__stamp()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.subject();
begin
  -- Policies looked the caller up before; who is gone in mid-statement took claims or role away to sign as nobody.
  if v_user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of the token for the whole statement.';
  end if;
  new.updated_at := clock_timestamp();
  new.updated_by_user_id := v_user_id;
  new.actor_kind := case when v_user_id is null then 'system' else 'user' end;

  if tg_op = 'INSERT' then
    new.created_at := new.updated_at;
    new.created_by_user_id := v_user_id;
    new.archived_at := null;
    new.archived_by_user_id := null;
    return new;
  end if;

  new.created_at := old.created_at;
  new.created_by_user_id := old.created_by_user_id;
  if new.archived_at is null and (old.archived_at is null or old.archived_at <> now() or authz.is_system()) then
    new.archived_by_user_id := null;
  elsif old.archived_at is null then
    new.archived_at := now();
    new.archived_by_user_id := v_user_id;
  else
    new.archived_at := old.archived_at;
    new.archived_by_user_id := old.archived_by_user_id;
  end if;
  return new;
end
$$;

-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- An older snapshot would not show what was written meanwhile under the consent that is withdrawn here: it would stay open for good.
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  -- What is new meets rows that are made at this moment at the patient; what changes meets them at the consent itself: see lock_chart.
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.patient_id);
  end if;
  update public.patient_clinical as p
     set treatment_consent_until = null -- computed by the row's own trigger, the one place that does
   where p.organisation_id = new.organisation_id
     and p.id = new.patient_id;
  -- Details before records: who writes details holds them and then locks the record.
  update public.medical_record_details as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  update public.medical_records as r
     set treatment_consent_until = null
   where r.organisation_id = new.organisation_id
     and r.patient_id = new.patient_id;
  -- And with them the tickets to read what no longer opens.
  update public.documents as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
  return null;
end
$$;
comment on function authz.tg_consents__project() is
  'Keeps treatment_consent_until of what a consent gates equal to the consents of the patient, and jobs of transport companies free of who has withdrawn theirs; CD007 above READ COMMITTED. [N-24, N-45, N-50]';

-- authz.tg_objects__uploaded: an object comes into the bucket on a grant, once, whoever writes it. The Storage API asks as the uploader first,
-- in a transaction that it rolls back, and writes as the server's key when all bytes are there: that second write passes every policy, and
-- stops here. After the row, so that the last word of every other trigger has been said, and a policy has refused before we look.
create or replace function authz.tg_objects__uploaded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Another shape names nothing: neither is looked up.
  v_organisation_id constant uuid := case when authz.is_object_path(new.name) then split_part(new.name, '/', 1)::uuid end;
  v_document_id constant uuid := case when authz.is_object_path(new.name) then split_part(new.name, '/', 3)::uuid end;
  v_type constant text := nullif(lower(btrim(split_part(new.metadata ->> 'mimetype', ';', 1))), '');
  v_size constant text := coalesce(new.metadata ->> 'size', new.metadata ->> 'contentLength');
  v_grant record;
begin
  select g.organisation_id, g.id, g.document_id, g.user_id, g.session_id, g.content_type, g.size_bytes, g.expires_at, g.used_at
    into v_grant
    from public.document_upload_grants as g
    join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id
   where g.organisation_id = v_organisation_id
     and g.document_id = v_document_id
     and d.object_path = new.name
     and d.status = 'pending'
     and d.archived_at is null
     and g.archived_at is null
  for no key update of g; -- the second of two uploads waits here, and finds it used
  if v_grant.id is null
    or v_grant.used_at is not null
    or v_grant.expires_at <= clock_timestamp()
    or coalesce(new.owner_id, new.owner::text) is distinct from v_grant.user_id::text
    -- A signed upload asks for nobody's token any more: whoever left, or was signed out, brings nothing in by it.
    or not exists (
      select
      from authz.live_memberships as m
      where m.organisation_id = v_grant.organisation_id
        and m.user_id = v_grant.user_id
    )
    or not exists (select from authz.live_sessions as s where s.id = v_grant.session_id and s.user_id = v_grant.user_id)
  then
    raise exception 'no grant stands for this upload'
      using errcode = 'insufficient_privilege', hint = 'issue_upload_grant gives one: for one file, one path and one login, once, for 15 minutes, and no longer than their session and membership.';
  end if;
  -- Who is asked before the file is there says neither. A row that stays so is of no use: finalise_document wants both.
  if v_type <> v_grant.content_type
    or v_size !~ '^[0-9]{1,15}$'
    or v_size::numeric <> v_grant.size_bytes
    or v_size::numeric = 0
  then
    raise exception 'the file is not of the type and size that were granted'
      using errcode = 'insufficient_privilege', hint = 'Ask for a grant with the type and size of the file.';
  end if;
  -- Metadata of the uploader's own would be a copy that no rule covers.
  if coalesce(new.user_metadata, '{}') <> '{}' then
    raise exception 'an object of a document carries no metadata of the uploader'
      using errcode = 'insufficient_privilege', hint = 'Upload it without metadata.';
  end if;
  update public.document_upload_grants as g
     set used_at = clock_timestamp()
   where g.organisation_id = v_grant.organisation_id
     and g.id = v_grant.id;
  update public.documents as d
     set status = 'uploaded',
         content_type = v_type,
         size_bytes = v_size::bigint
   where d.organisation_id = v_grant.organisation_id
     and d.id = v_grant.document_id;
  return null;
end
$$;
comment on function authz.tg_objects__uploaded() is
  'Uses up the grant of an upload, or refuses it with 42501: replayed, expired, another login''s or one''s that has left or signed out, of another path, type or size; whoever writes. [S-05, S-07, S-08, S-11]';

-- governance.purge: deletes what retention no longer keeps, everywhere, and tells what: charts and what belongs to them when the patient's last entry is
-- old enough; archived rows of no class of their own; the rest by its own age, a part with the whole, and nothing before it has expired. Never under a hold, never what is still referred to, and the tables of
-- the trail and of governance not at all. A file in Storage refers to nothing: it goes when its row has gone (public.orphaned_objects). plan_retention
-- takes it back, run_retention keeps it: they cannot differ.
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

-- public.admit_patient: a patient into a bed: the planned stay where there is one, else a new one. Invoker: the caller's own
-- rules decide, and another tenant's bed is as unknown as a random one. It opens no chart: who admits would profit from it.
create or replace function public.admit_patient(patient_id uuid, bed_id uuid, case_id uuid)
  returns uuid
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
  v_admission_id uuid;
begin
  select b.organisation_id
    into v_organisation_id
    from public.beds as b
   where b.id = admit_patient.bed_id
     and b.archived_at is null;
  if v_organisation_id is null then
    raise exception 'bed not found'
      using errcode = 'CD010', hint = 'Name a bed of the current organisation that is in use.';
  end if;

  update public.admissions as a
     set status = 'admitted',
         bed_id = admit_patient.bed_id,
         case_id = coalesce(admit_patient.case_id, a.case_id)
   where a.organisation_id = v_organisation_id
     and a.id = (
       select p.id
       from public.admissions as p
       where p.organisation_id = v_organisation_id
         and p.patient_id = admit_patient.patient_id
         and p.status = 'planned'
         and p.archived_at is null
       order by p.created_at
       limit 1
     )
     -- Somebody else may have admitted them while this waited: they are not moved by an admission.
     and a.status = 'planned'
  returning a.id into v_admission_id;
  if v_admission_id is null then
    insert into public.admissions as a (organisation_id, patient_id, bed_id, case_id, status)
    values (v_organisation_id, admit_patient.patient_id, admit_patient.bed_id, admit_patient.case_id, 'admitted')
    returning a.id into v_admission_id;
  end if;
  return v_admission_id;
end
$$;

-- migrate:down
