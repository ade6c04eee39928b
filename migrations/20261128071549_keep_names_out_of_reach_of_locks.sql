-- migrate:up
-- Why: what an attack found: names stand where a company cannot lock them, a withdrawal waits for nobody, nobody signs as nobody
-- Access: +11 grants, +9 policies, -3 grants, -1 policy, 18 definer functions, 1 DO block
--   ~ a DO block: read it, its statements are not listed
--   ~ authz.form_content is written, and runs with the rights of its owner
--   ~ authz.form_tenant is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.is_api_login()
--   ~ authz.lock_chart is written, and runs with the rights of its owner
--   ~ authz.rules_of is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.rules_transfer_job_patients()
--   ~ authz.tg__consent is written, and runs with the rights of its owner
--   ~ authz.tg__stamp is written, and runs with the rights of its owner
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_medical_record_details__superseded is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__version is written, and runs with the rights of its owner
--   ~ authz.tg_organisations__close is written, and runs with the rights of its owner
--   ~ authz.tg_patients__project is written, and runs with the rights of its owner
--   ~ authz.tg_transfer_jobs__follow is written, and runs with the rights of its owner
--   ~ authz.tg_vehicle_assignments__under_way is written, and runs with the rights of its owner
--   ~ authz.transfer_tenant is written, and runs with the rights of its owner
--   ~ public.dispatch_transfer is written, and runs with the rights of its owner
--   ~ public.export_signed_form is written, and runs with the rights of its owner
--   ~ public.preview_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.preview_form(uuid)
--   + patient may execute function public.preview_form(uuid)
--   ~ public.sign_form is written, and runs with the rights of its owner
--   + authenticated may execute function public.sign_form(uuid, text, text, text)
--   + patient may execute function public.sign_form(uuid, text, text, text)
--   + policy provider_fence on public.transfer_job_patients: restrictive, all to authenticated
--   + policy patient_fence on public.transfer_job_patients: restrictive, all to patient
--   + policy internal_ops_fence on public.transfer_job_patients: restrictive, all to internal_ops
--   + policy anon_fence on public.transfer_job_patients: restrictive, all to anon
--   + policy provider_select on public.transfer_job_patients: select to authenticated
--   + policy provider_select_rows on public.transfer_job_patients: restrictive, select to authenticated
--   + policy definer_select on public.transfer_job_patients: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.transfer_job_patients: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.transfer_job_patients: update to cordon_definer, WITHOUT a condition
--   - cordon_definer may no longer select (patient_id) on public.signed_form_evidence
--   - patient may no longer select on public.signed_form_evidence
--   + authenticated may select on public.transfer_job_details
--   + service_role may select on public.transfer_job_details
--   + authenticated may select (expires_at, id, language, organisation_id, patient_name) on public.transfer_job_patients
--   + cordon_definer may select (7 columns), insert (7 columns), update (language, patient_name) on public.transfer_job_patients
--   + service_role may select on public.transfer_job_patients
--   - cordon_definer may no longer update (packet) on public.transfer_jobs
--   - policy patient_select on public.signed_form_evidence
-- Locks: 5 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.signed_form_evidence
--   ACCESS EXCLUSIVE public.transfer_jobs
--   ACCESS EXCLUSIVE public.transfers
--   SHARE ROW EXCLUSIVE public.organisations
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- public.transfer_job_patients: whom a job drives, under their consent. Apart from the job, which the company may lock: a row that nobody but
-- its trigger can lock is emptied in the moment of a withdrawal, whatever the company holds.
create table public.transfer_job_patients (
  organisation_id uuid not null,
  id uuid not null,
  origin_organisation_id uuid not null,
  transfer_id uuid not null,
  patient_name text,
  language text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint transfer_job_patients_pkey primary key (organisation_id, id),
  constraint transfer_job_patients_organisation_id_id_fkey
    foreign key (organisation_id, id) references public.transfer_jobs (organisation_id, id) on delete restrict,
  constraint transfer_job_patients_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index transfer_job_patients_origin_transfer_idx
  on public.transfer_job_patients (organisation_id, origin_organisation_id, transfer_id);
alter table public.transfer_job_patients alter column organisation_id set (n_distinct = 100);
comment on table public.transfer_job_patients is
  'Name and language of who is driven, while they are and consent to transfer_disclosure. PHI. [N-24, N-45]';
comment on column public.transfer_job_patients.patient_name is 'NULL once the consent, the job, or the patient''s record is at its end. [N-50]';
alter table public.transfer_job_patients enable row level security;
alter table public.transfer_job_patients force row level security;
insert into governance.classification (schema_name, table_name, level, domain, retention)
values ('public', 'transfer_job_patients', 'INTERNAL', 'identity', 'grant');

-- Whoever was named so far is named no more: their packets expire within a day.
do $$
declare
  v_job record;
begin
  for v_job in select j.organisation_id, j.id from public.transfer_jobs as j where j.packet ?| '{patient_name,language}' loop
    perform set_config('app.pinned_organisation_id', v_job.organisation_id::text, true);
    update public.transfer_jobs as j
       set packet = j.packet - '{patient_name,language}'::text[]
     where j.organisation_id = v_job.organisation_id and j.id = v_job.id;
  end loop;
end
$$;
alter table public.transfer_jobs drop constraint transfer_jobs_packet_check;
alter table public.transfer_jobs drop constraint transfer_jobs_person_check;
alter table public.transfer_jobs add constraint transfer_jobs_packet_check check (
  jsonb_typeof(packet) = 'object'
  and packet ?& '{pickup,destination,pickup_at,mobility,priority}'
  and packet - '{pickup,destination,pickup_at,mobility,priority}'::text[] = '{}'
) not valid;
-- The rows of one day: the scan is short.
-- squawk-ignore constraint-missing-not-valid
alter table public.transfer_jobs validate constraint transfer_jobs_packet_check;
comment on column public.transfer_jobs.packet is
  'pickup, destination, pickup_at, mobility, priority, and nothing that names anyone. [N-24]';

-- A packet lives a day longer than the pickup is away: that day is not set to the end of time.
alter table public.transfers add constraint transfers_pickup_at_check check (
  case when pickup_at is null then true when not isfinite(pickup_at) then false else pickup_at - created_at < interval '90 days' end
) not valid;
-- squawk-ignore constraint-missing-not-valid
alter table public.transfers validate constraint transfers_pickup_at_check;

-- Patients do not read it any more.
-- squawk-ignore require-concurrent-index-deletion
drop index public.signed_form_evidence_patient_id_idx;

-- A job with whom it drives, where the caller may know. Read-only by use; write the tables.
create view public.transfer_job_details with (security_invoker = true) as
  select
    j.organisation_id, j.id, j.origin_organisation_id, j.transfer_id, j.status, j.packet, j.expires_at, p.patient_name, p.language
  from public.transfer_jobs as j
  left join public.transfer_job_patients as p on p.organisation_id = j.organisation_id and p.id = j.id;
comment on view public.transfer_job_details is 'Jobs with the name and language of who is driven, under their consent. [N-24, N-45]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.form_content: what a form says as a whole, byte for byte: the text that is shown before, signed, and proved after.
create or replace function authz.form_content(organisation_id uuid, form_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select jsonb_build_object(
      'format', 'cordon.signed-content.1',
      'organisation_id', f.organisation_id, 'form_id', f.id, 'patient_id', f.patient_id, 'case_id', f.case_id,
      'template', jsonb_build_object(
        'id', t.id, 'kind', t.kind, 'code', t.code, 'version', t.version,
        'language', t.language, 'title', t.title, 'body', t.body, 'body_sha256', t.body_sha256
      ),
      'consents', coalesce(
        (
          select jsonb_agg(
            jsonb_build_object(
              'id', c.id, 'purpose', c.purpose, 'legal_basis', c.legal_basis, 'break_glass_allowed', c.break_glass_allowed,
              'expires_at', to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            )
            order by c.id
          )
          from public.consents as c
          where c.organisation_id = f.organisation_id
            and c.signed_form_id = f.id
            and c.status = 'proposed'
            and c.archived_at is null
        ),
        '[]'
      )
    )::text
    from public.signed_forms as f
    join public.form_templates as t on t.id = f.template_id
    where f.organisation_id = form_content.organisation_id
      and f.id = form_content.form_id
  );
end
$$;
comment on function authz.form_content(uuid, uuid) is
  'The JSON text of a draft: template, patient, and the consents that it carries. [S-31]';
alter function authz.form_content(uuid, uuid) owner to cordon_definer;
revoke all on function authz.form_content(uuid, uuid) from public;

-- authz.form_tenant: where a form stands that the caller may sign or witness: staff in their current organisation, a patient wherever the
-- form is theirs, or where they have chosen, since ids are unique within a tenant only.
create or replace function authz.form_tenant(form_id uuid)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_tenant uuid;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := authz.organisation_for('{doctor,nurse,assistant,receptionist}', '{}');
  end if;
  if v_caller.session_id is null or (not v_is_patient and v_tenant is null) then
    raise exception 'forms are not yours to sign or to witness'
      using errcode = 'insufficient_privilege',
        hint = 'The patient signs on the portal, or before staff who may witness it; signed in with a session.';
  end if;
  begin
    select f.organisation_id
      into strict v_tenant
      from public.signed_forms as f
     where f.id = form_tenant.form_id
       and case
         when v_is_patient then
           authz.is_own_patient(f.organisation_id, f.patient_id)
           and f.organisation_id = coalesce(v_caller.organisation_id, f.organisation_id)
         else f.organisation_id = v_tenant
       end
       and f.patient_status = 'active'
       and f.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      raise exception 'form not found'
        using errcode = 'CD010', hint = 'Name a form of the current organisation; on the portal, one of your own.';
  end;
  return v_tenant;
end
$$;
comment on function authz.form_tenant(uuid) is
  'Organisation of a form that the caller may sign or witness. 42501 for who may do neither, CD010 for one that is not theirs. [S-04, S-31]';
alter function authz.form_tenant(uuid) owner to cordon_definer;
revoke all on function authz.form_tenant(uuid) from public;

-- authz.is_api_login: whether the connection logged in as what can become a caller and holds nothing else: PostgREST's authenticator, or a login
-- like it. SET ROLE does not change it, so that in such a connection nobody writes as nobody.
create or replace function authz.is_api_login()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from pg_roles as r
    where r.rolname = session_user
      and not r.rolsuper
      and not r.rolbypassrls
      and pg_has_role(r.oid, 'authenticated', 'member')
  );
end
$$;
comment on function authz.is_api_login() is
  'Whether session_user is a login of the API: a member of authenticated that does not bypass row-level security. [N-11, S-16]';
revoke all on function authz.is_api_login() from public;
grant execute on function authz.is_api_login() to cordon_definer;

-- authz.is_card_number: whether digits are a payment card's: the length and first digits of a scheme, and the check digit (ISO/IEC 7812-1, Luhn).
-- Without the scheme every tenth number of that length would pass for one, telephone numbers included.
create or replace function authz.is_card_number(digits text)
  returns boolean
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_sum integer := 0;
  v_digit integer;
begin
  if digits !~ '^(4[0-9]{12}|4[0-9]{15}|4[0-9]{18}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3[068][0-9]{12}|35[0-9]{14,17}|6[0-9]{15,18}|5[06-8][0-9]{14,17})$' then
    return false;
  end if;
  for v_place in 1..length(digits) loop
    v_digit := substr(digits, length(digits) - v_place + 1, 1)::integer;
    if v_place % 2 = 0 then
      v_digit := v_digit * 2 - case when v_digit > 4 then 9 else 0 end;
    end if;
    v_sum := v_sum + v_digit;
  end loop;
  return v_sum % 10 = 0;
end
$$;

-- authz.is_national_id: whether digits are a Brazilian CPF or a Thai identification number, by their check digits. A US social security
-- number has none, so that only its spelling tells it: authz.secret_in looks for that.
create or replace function authz.is_national_id(digits text)
  returns boolean
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_first integer := 0;
  v_second integer := 0;
begin
  if digits ~ E'^([0-9])\\1*$' then
    return false; -- 111.111.111-11 has good check digits, and is nobody's
  end if;
  if length(digits) = 11 then
    for v_place in 1..9 loop
      v_first := v_first + (11 - v_place) * substr(digits, v_place, 1)::integer;
      v_second := v_second + (12 - v_place) * substr(digits, v_place, 1)::integer;
    end loop;
    v_first := v_first * 10 % 11 % 10;
    v_second := (v_second + 2 * v_first) * 10 % 11 % 10;
    return right(digits, 2) = v_first::text || v_second::text;
  end if;
  if length(digits) = 13 then
    for v_place in 1..12 loop
      v_first := v_first + (14 - v_place) * substr(digits, v_place, 1)::integer;
    end loop;
    return left(digits, 1) <> '0' and right(digits, 1) = ((11 - v_first % 11) % 10)::text;
  end if;
  return false;
end
$$;

-- authz.lock_chart: for who writes what a consent gates: the patient, then their consents, so that the row follows or precedes every change of
-- either. Whoever changes a consent holds it and needs nothing of the patient: with the patient first there, two would wait for each other.
create or replace function authz.lock_chart(organisation_id uuid, patient_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(lock_chart.organisation_id, lock_chart.patient_id);
  perform
  from public.consents as c
  where c.organisation_id = lock_chart.organisation_id
    and c.patient_id = lock_chart.patient_id
  order by c.id
  for share;
end
$$;
comment on function authz.lock_chart(uuid, uuid) is
  'Serialises what depends on a patient and their consents for the rest of the transaction; CD007 above READ COMMITTED. [N-27, N-45, N-50]';
alter function authz.lock_chart(uuid, uuid) owner to cordon_definer;
revoke all on function authz.lock_chart(uuid, uuid) from public;

-- authz.rules_of: the rules of one table, by the name that callers use. The name is looked up before it is called, so that
-- it can name nothing but rules.
create or replace function authz.rules_of(table_name text)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_name constant text := 'rules_' || regexp_replace(table_name, '^public[.]', '');
  v_rules jsonb;
begin
  if not exists (
    select
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'authz'::regnamespace
      and p.proname = v_name
      and p.pronargs = 0
      and p.prorettype = 'jsonb'::regtype
  ) then
    raise exception 'no rules for this table'
      using errcode = 'CD012', hint = 'Name a table of the API that has an id, such as patients.';
  end if;
  execute format('select authz.%I()', v_name) into v_rules;
  return v_rules;
end
$$;

create or replace function authz.rules_signed_form_evidence()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "signed_form_evidence", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["privacy_officer"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "S-02", "S-31"]}
  ]}';
end
$$;

create or replace function authz.rules_transfer_job_patients()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "transfer_job_patients", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "expires_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-24", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-24", "S-02"]}
  ]}';
end
$$;
comment on function authz.rules_transfer_job_patients() is
  'The access rules of transfer_job_patients, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_transfer_job_patients() from public;
grant execute on function authz.rules_transfer_job_patients() to cordon_definer;

-- authz.secret_in: what a text carries that is never stored. Groups of digits count as one number where they are grouped as such a number
-- is: a card's in fours or more, the last one shorter; a CPF's and a Thai id's as they are printed. Groups of any size would make every
-- second series of blood pressures somebody's number.
create or replace function authz.secret_in(value text)
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Digits of full width, Thai, Arabic, Persian and Devanagari.
  v_other_digits constant text :=
    E'\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59'
    '\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9'
    '\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f';
  v_text text;
  v_run text;
  v_groups text[];
  v_sizes integer[];
  v_digits text;
begin
  -- Nine digits make the shortest number that is looked for: most texts are done here.
  if value is null or length(value) - length(translate(value, '0123456789' || v_other_digits, '')) < 9 then
    return null;
  end if;
  -- Blanks, dashes and digits of other scripts and of word processors count as ours. What has no width is left out.
  v_text := translate(
    value,
    E'\t\n\r_,\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u2010\u2011\u2012\u2013\u2014\u2212'
    || v_other_digits
    || E'\u00ad\u200b\u200c\u200d\u2060\ufeff',
    repeat(' ', 12) || repeat('-', 6) || repeat('0123456789', 5)
  );
  if v_text ~ E'(^|[^0-9])(?!000|666|9[0-9][0-9])[0-9]{3}([-. ]{1,2})(?!00)[0-9][0-9]\\2(?!0000)[0-9]{4}(?![0-9])' then
    return 'national id';
  end if;
  -- With its points and dashes: with blanks it would be any four measurements.
  for v_run in
    select m[1] || m[2] || m[3] || m[4]
    from regexp_matches(v_text, '(?<![0-9])([0-9]{3})[.-]([0-9]{3})[.-]([0-9]{3})[ ./-]([0-9][0-9])(?![0-9])', 'g') as m
  loop
    if authz.is_national_id(v_run) then
      return 'national id';
    end if;
  end loop;
  for v_run in select m[1] from regexp_matches(v_text, '[0-9](?:[ ./-]{0,3}[0-9]){10,}', 'g') as m loop
    v_groups := regexp_split_to_array(v_run, '[ ./-]+');
    for v_from in 1..cardinality(v_groups) loop
      v_digits := '';
      v_sizes := '{}';
      for v_to in v_from..cardinality(v_groups) loop
        v_digits := v_digits || v_groups[v_to];
        exit when length(v_digits) > 19;
        v_sizes := v_sizes || length(v_groups[v_to]);
        if 4 <= all (v_sizes[:cardinality(v_sizes) - 1]) and authz.is_card_number(v_digits) then
          return 'card number';
        end if;
        if v_sizes in ('{11}', '{9,2}', '{13}', '{1,4,5,2,1}') and authz.is_national_id(v_digits) then
          return 'national id';
        end if;
      end loop;
    end loop;
  end loop;
  return null;
end
$$;

-- authz.tg__consent: the column is a projection; nobody else writes it. A row created after the consent starts out with
-- the right answer. Argument: the column that names the patient.
create or replace function authz.tg__consent()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Only an INSERT can be out of reach: what is updated has been seen. Asked of an UPDATE, it would believe a clinic
  -- that the caller switched to in between, and blank the row.
  if tg_op = 'INSERT' and authz.is_out_of_reach(new.organisation_id) then
    new.treatment_consent_until := null;
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_chart(new.organisation_id, v_patient_id);
  end if;
  new.treatment_consent_until := authz.treatment_consent_until(new.organisation_id, v_patient_id);
  return new;
end
$$;

-- authz.tg__stamp: who did what and when, on every row and every path; what a client sends is overwritten (S-16). It believes the token's
-- subject, which costs a tenth of asking whether the session lives; authz.tg__stamped asks that, once for all rows of the statement.
-- Definer, because callers have no USAGE on authz. archived_at is the transaction's time, not the clock's: policies
-- show a row archived by the running transaction, since PostgreSQL holds an updated row against the SELECT policy.
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
  if v_user_id is null
    and (
      current_setting('role') in ('authenticated', 'patient', 'internal_ops')
      or (current_setting('role') <> 'service_role' and authz.is_api_login())
    )
  then
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
  if new.archived_at is null then
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
  -- Who drives learns no longer who is driven, in the transaction that withdraws it.
  if new.purpose = 'transfer_disclosure' then
    update public.transfer_job_patients as p
       set patient_name = null,
           language = null
      from public.transfers as t
     where t.organisation_id = new.organisation_id
       and t.patient_id = new.patient_id
       and p.organisation_id = t.transport_organisation_id
       and p.origin_organisation_id = t.organisation_id
       and p.transfer_id = t.id
       and p.patient_name is not null
       and p.expires_at > coalesce(authz.transfer_consent_until(new.organisation_id, new.patient_id), '-infinity');
  end if;
  return null;
end
$$;
comment on function authz.tg_consents__project() is
  'Keeps treatment_consent_until of what a consent gates equal to the consents of the patient, and jobs of transport companies free of who has withdrawn theirs. [N-24, N-45, N-50]';

-- authz.tg_medical_record_details__superseded: the details of a superseded version stay as they were, with the version. The
-- record is locked before it is asked, so that no version comes in between; the patient before it, as everywhere.
create or replace function authz.tg_medical_record_details__superseded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      return new;
    end if;
    perform authz.lock_chart(new.organisation_id, new.patient_id);
  elsif (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
    is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
  then
    return new;
  end if;
  perform authz.require_read_committed();
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.id = new.id
    for no key update;
  if exists (
    select
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.supersedes_id = new.id
  ) then
    raise exception 'the details of a superseded version of a record never change'
      using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
  end if;
  return new;
end
$$;

-- authz.tg_medical_records__version: a record is corrected by a new version that names the one before; what was superseded
-- stays as it was read and relied upon. A version that a nurse may not see is not there to be superseded by one.
create or replace function authz.tg_medical_records__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    new.version := old.version;
    new.supersedes_id := old.supersedes_id;
    if (new.record_type, new.vitals, new.medications, new.archived_at is null)
        is not distinct from (old.record_type, old.vitals, old.medications, old.archived_at is null)
      and new.segments @> old.segments -- more protection may come later
    then
      return new;
    end if;
    perform authz.require_read_committed();
    if exists (
      select
      from public.medical_records as r
      where r.organisation_id = old.organisation_id
        and r.supersedes_id = old.id
    ) then
      raise exception 'a superseded version of a record never changes'
        using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
    end if;
    return new;
  end if;

  new.version := 1;
  if new.supersedes_id is null or authz.is_out_of_reach(new.organisation_id) then
    return new;
  end if;
  -- Patient and consents first: whoever changes a consent goes on to its records.
  perform authz.lock_chart(new.organisation_id, new.patient_id);
  select r.version + 1
    into new.version
    from public.medical_records as r
   where r.organisation_id = new.organisation_id
     and r.id = new.supersedes_id
     and r.patient_id = new.patient_id
     and (
       not r.is_segmented
       or current_setting('role') <> 'authenticated'
       or authz.organisation_for('{doctor}', '{}') = new.organisation_id
     )
     for no key update;
  if not found then
    raise exception 'the record to be superseded was not found'
      using errcode = 'foreign_key_violation', hint = 'Name a record of the same patient that you may read.';
  end if;
  return new;
end
$$;

-- authz.tg_organisations__close: who drives for a clinic that is closed learns no longer whom.
create or replace function authz.tg_organisations__close()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    update public.transfer_job_patients as p
       set patient_name = null,
           language = null
      from public.transfers as t
     where t.organisation_id = new.id
       and p.organisation_id = t.transport_organisation_id
       and p.origin_organisation_id = t.organisation_id
       and p.transfer_id = t.id
       and p.patient_name is not null;
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__close() is
  'Takes the names out of the jobs that drive for an organisation which is archived. [N-24]';
alter function authz.tg_organisations__close() owner to cordon_definer;
revoke all on function authz.tg_organisations__close() from public;

-- authz.tg_patients__project: hides and shows what is known of a patient together with the patient, in the same
-- transaction (N-27). Each row's own trigger computes the value, the one place that does.
create or replace function authz.tg_patients__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status is not distinct from old.status
    and (new.archived_at is null) = (old.archived_at is null)
  then
    return null;
  end if;

  perform authz.lock_patient(new.organisation_id, new.id);
  -- Consents before what they gate, as whoever changes one holds it and goes on to those.
  update public.consents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.patient_identity as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.id = new.id;
  update public.patient_clinical as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.id = new.id;
  update public.appointments as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.appointment_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.care_relationships as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.patient_accounts as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  -- Details before records: who writes details holds them and then locks the record.
  update public.medical_record_details as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.medical_records as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.access_restrictions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_grants as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.emergency_access_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.cases as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.admissions as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.signed_forms as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  if new.status <> 'active' or new.archived_at is not null then
    update public.transfer_job_patients as p
       set patient_name = null,
           language = null
      from public.transfers as t
     where t.organisation_id = new.organisation_id
       and t.patient_id = new.id
       and p.organisation_id = t.transport_organisation_id
       and p.origin_organisation_id = t.organisation_id
       and p.transfer_id = t.id
       and p.patient_name is not null;
  end if;
  update public.transfers as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  return null;
end
$$;

-- authz.tg_transfer_jobs__course: a job that has ended is soon gone from sight (N-24).
create or replace function authz.tg_transfer_jobs__course()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.origin_organisation_id, new.transfer_id) is distinct from (old.origin_organisation_id, old.transfer_id) then
    raise exception 'a job stays that of its transfer'
      using errcode = 'CD013', hint = 'Dispatch the other transfer.';
  end if;
  if new.status is distinct from old.status and new.status = 'picked_up' then
    -- Whoever has the patient on board can still say that they arrived.
    new.expires_at := greatest(old.expires_at, clock_timestamp() + interval '24 hours');
  elsif new.status is distinct from old.status and new.status in ('delivered', 'cancelled') then
    -- The crew still sees how it ended.
    new.expires_at := least(old.expires_at, clock_timestamp() + interval '1 hour');
  end if;
  return new;
end
$$;
comment on function authz.tg_transfer_jobs__course() is
  'Lets a job that has ended expire within the hour, and none while the patient is on board. [N-24]';

-- authz.tg_transfer_jobs__follow: what the company does with its job, the clinic's transfer does too, and both timelines tell it (S-18).
create or replace function authz.tg_transfer_jobs__follow()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'transfer_job.received', jsonb_build_object('origin_organisation_id', new.origin_organisation_id)
    );
    return null;
  end if;
  if new.status is not distinct from old.status then
    return null;
  end if;
  perform authz.record_activity(
    new.organisation_id, null, new.id, 'transfer_job.status_changed', jsonb_build_object('from', old.status, 'to', new.status)
  );
  update public.transfers as t
     set status = new.status
   where t.organisation_id = new.origin_organisation_id
     and t.id = new.transfer_id;
  if new.status in ('delivered', 'cancelled') then
    update public.transfer_job_patients as p
       set patient_name = null,
           language = null
     where p.organisation_id = new.organisation_id
       and p.id = new.id;
    update public.vehicle_assignments as a
       set released_at = clock_timestamp()
     where a.organisation_id = new.organisation_id
       and a.transfer_job_id = new.id
       and a.released_at is null;
  end if;
  return null;
end
$$;
comment on function authz.tg_transfer_jobs__follow() is
  'Carries the status of a job to its transfer, at its end forgets the patient and frees vehicle and crew, and records each step. [N-24, S-18]';

-- authz.tg_vehicle_assignments__under_way: vehicles and crew are on jobs that are under way. After the row, so that the policy has
-- spoken first: before it, the answer would tell of jobs to who may assign none.
create or replace function authz.tg_vehicle_assignments__under_way()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Waits for a step that is being taken, so that none is assigned to a job just ended.
  perform
  from public.transfer_jobs as j
  where j.organisation_id = new.organisation_id
    and j.id = new.transfer_job_id
    and j.status in ('dispatched', 'picked_up')
    and j.expires_at > clock_timestamp()
  for share;
  if not found then
    raise exception 'job not found'
      using errcode = 'CD010', hint = 'Name a job of the current organisation that is under way.';
  end if;
  return null;
end
$$;

-- authz.transfer_tenant: where a transfer stands that the caller may steer: staff in their current organisation, operations wherever
-- it is. Ids are unique within a tenant only, so that operations must name the organisation where two carry the same one.
create or replace function authz.transfer_tenant(transfer_id uuid, organisation_id uuid)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant uuid;
  v_is_operations constant boolean := authz.acting_realm() = 'internal_ops' and authz.is_operator('{ops_agent}');
begin
  if not v_is_operations then
    v_tenant := authz.organisation_for('{clinic_admin,doctor,nurse}', '{}');
    if v_tenant is null then
      raise exception 'transfers are not yours to steer'
        using errcode = 'insufficient_privilege',
          hint = 'It takes a clinic_admin, a doctor or a nurse of the clinic, or an agent of operations.';
    end if;
    if transfer_tenant.organisation_id <> v_tenant then
      v_tenant := null;
    end if;
  end if;
  begin
    select t.organisation_id
      into strict v_tenant
      from public.transfers as t
     where t.id = transfer_tenant.transfer_id
       and t.organisation_id = case when v_is_operations then coalesce(transfer_tenant.organisation_id, t.organisation_id) else v_tenant end
       and t.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      raise exception 'transfer not found'
        using errcode = 'CD010',
          hint = 'Name a transfer of the current organisation; operations add the organisation where two share an id.';
  end;
  return v_tenant;
end
$$;

-- authz.trimmed: what somebody typed, without the blanks around it that look like nothing: a reason of spaces is no reason.
create or replace function authz.trimmed(value text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return btrim(
    value,
    E' \t\n\r\f\u000b\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
    '\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f'
    '\u2800\u3000\u3164\ufeff\uffa0'
  );
end
$$;

-- public.dispatch_transfer: hands a transfer to who drives it: a packet of its own in their tenant, and no row of the clinic's. The
-- patient is named beside it only where a consent to transfer_disclosure outlives it; else the crew asks at the pickup by the job's id.
create or replace function public.dispatch_transfer(transfer_id uuid, transport_organisation_id uuid, organisation_id uuid default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_transfer public.transfers;
  v_expires_at timestamptz;
  v_job_id uuid;
begin
  if not exists (
    select
    from public.organisations as o
    where o.id = dispatch_transfer.transport_organisation_id
      and (o.kind = 'transport' or o.id = v_tenant)
      and o.archived_at is null
  ) then
    raise exception 'transport company not found'
      using errcode = 'CD010', hint = 'Name an organisation of kind transport, or the clinic itself where it drives.';
  end if;
  -- Patient and consents before the transfer: a consent that is being withdrawn is seen.
  perform authz.lock_chart(
    v_tenant,
    (select t.patient_id from public.transfers as t where t.organisation_id = v_tenant and t.id = dispatch_transfer.transfer_id)
  );
  select t.organisation_id, t.id, t.patient_id, t.case_id, t.status, t.mobility, t.pickup, t.destination, t.pickup_at,
    t.patient_status
    into v_transfer.organisation_id, v_transfer.id, v_transfer.patient_id, v_transfer.case_id, v_transfer.status,
      v_transfer.mobility, v_transfer.pickup, v_transfer.destination, v_transfer.pickup_at, v_transfer.patient_status
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = dispatch_transfer.transfer_id
  for no key update;
  if v_transfer.patient_status <> 'active' then
    raise exception 'transfer not found'
      using errcode = 'CD010', hint = 'Its patient is no longer active.';
  end if;
  if v_transfer.status <> 'accepted' then
    raise exception 'transfers cannot go from % to dispatched', v_transfer.status
      using errcode = 'CD013', hint = 'Dispatch a transfer that was accepted, once.';
  end if;

  v_expires_at := greatest(v_transfer.pickup_at, clock_timestamp()) + interval '24 hours';
  insert into public.transfer_jobs as j (organisation_id, origin_organisation_id, transfer_id, packet, expires_at)
  select
    dispatch_transfer.transport_organisation_id, v_tenant, v_transfer.id,
    jsonb_build_object(
      'pickup', v_transfer.pickup, 'destination', v_transfer.destination, 'pickup_at', v_transfer.pickup_at,
      'mobility', v_transfer.mobility, 'priority', c.priority
    ),
    v_expires_at
  from public.cases as c
  where c.organisation_id = v_tenant
    and c.id = v_transfer.case_id
  returning j.id into v_job_id;
  if authz.transfer_consent_until(v_tenant, v_transfer.patient_id) >= v_expires_at then
    insert into public.transfer_job_patients
      (organisation_id, id, origin_organisation_id, transfer_id, patient_name, language, expires_at)
    select dispatch_transfer.transport_organisation_id, v_job_id, v_tenant, v_transfer.id, p.full_name, p.language, v_expires_at
    from public.patients as p
    where p.organisation_id = v_tenant
      and p.id = v_transfer.patient_id;
  end if;
  update public.transfers as t
     set status = 'dispatched',
         transport_organisation_id = dispatch_transfer.transport_organisation_id
   where t.organisation_id = v_tenant
     and t.id = v_transfer.id;
  return v_job_id;
end
$$;

-- public.export_signed_form: a signature with its evidence as one JSON, for who must prove it elsewhere. `npm run signature:verify` checks it
-- without a database: every digest, and that all its parts say the same.
create or replace function public.export_signed_form(form_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
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
  return v_export;
end
$$;

-- public.preview_form: what would be signed at this moment, and its digest: given to sign_form, nobody signs what they were not shown.
create or replace function public.preview_form(form_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_content constant text := authz.form_content(authz.form_tenant(form_id), form_id);
begin
  return jsonb_build_object('content', v_content, 'content_sha256', authz.digest(v_content));
end
$$;
comment on function public.preview_form(uuid) is
  'The text of a form as it would be signed now {content, content_sha256}. 42501 for who may neither sign nor witness, CD010 for no such form. [S-31]';
alter function public.preview_form(uuid) owner to cordon_definer;
revoke all on function public.preview_form(uuid) from public;
grant execute on function public.preview_form(uuid) to authenticated, patient;

-- public.sign_form: the patient signs, on their own login or before a witness of the clinic. The signer gives a name and a meaning; time,
-- user, address, user agent and digests are the server's (S-31, S-32). The witness is neither who drew the form up nor who proposed what
-- it carries: a gate is never opened by who profits from it. A digest of what was shown (preview_form) refuses what is another text by now.
create or replace function public.sign_form(form_id uuid, typed_name text, meaning text, content_sha256 text default null)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_realm constant text := authz.acting_realm();
  v_name constant text := authz.trimmed(typed_name);
  v_address constant inet := authz.client_address();
  -- No width, no place, or the other direction: of names they are no part. Joiners are, in Persian and Indic scripts.
  v_invisible constant text := E'\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e'
    '\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u2800\u3164\ufeff\uffa0';
  v_organisation_id uuid;
  v_patient_id uuid;
  v_capacity text;
  v_form record;
  v_template record;
  v_content text;
  v_signed_at timestamptz;
  v_record text;
begin
  v_organisation_id := authz.form_tenant(form_id);
  -- A name that a person can read: letters, and nothing that turns or hides what stands beside it.
  if coalesce(length(v_name), 0) not between 2 and 120
    or length(translate(v_name, E' .,:;-_''"()/\u2019\u00b7\u200c\u200d', '')) < 2
    or v_name ~ '[[:cntrl:]]'
    or v_name <> translate(v_name, v_invisible, '')
  then
    raise exception 'a signature needs the typed name'
      using errcode = 'CD017', hint = 'Type the signer''s name, 2 to 120 characters, without signs that nobody sees.';
  end if;
  if sign_form.meaning is null or sign_form.meaning not in ('consent', 'acknowledgement', 'financial_responsibility', 'assignment_of_benefits') then
    raise exception 'a signature needs a meaning'
      using errcode = 'CD017', hint = 'One of consent, acknowledgement, financial_responsibility, assignment_of_benefits.';
  end if;

  select f.patient_id
    into v_patient_id
    from public.signed_forms as f
   where f.organisation_id = v_organisation_id
     and f.id = sign_form.form_id;
  -- The patient before the form, as whoever changes a consent locks them. The second of two signatures waits here.
  perform authz.lock_patient(v_organisation_id, v_patient_id);
  select f.id, f.status, f.template_id, f.case_id, f.capacity, f.created_by_user_id
    into v_form
    from public.signed_forms as f
   where f.organisation_id = v_organisation_id
     and f.id = sign_form.form_id
  for update;
  if v_form.status <> 'draft' then
    raise exception 'the form has been signed already'
      using errcode = 'CD013', hint = 'A form is signed once: draw up another.';
  end if;
  select t.kind, t.body_sha256, t.archived_at
    into v_template
    from public.form_templates as t
   where t.id = v_form.template_id;
  if v_template.archived_at is not null then
    raise exception 'the text of this form has been retired'
      using errcode = 'CD017', hint = 'Draw up a form of its next version.';
  end if;
  -- Who acknowledges a text has not consented: a consent form opens nothing by another word.
  if sign_form.meaning <> all (
    case v_template.kind
      when 'consent' then '{consent}'::text[]
      when 'financial' then '{financial_responsibility,acknowledgement}'
      else '{assignment_of_benefits,acknowledgement}'
    end
  ) then
    raise exception 'a % form is not signed with this meaning', v_template.kind
      using errcode = 'CD017', hint = 'consent: consent. financial: financial_responsibility, acknowledgement. aob: assignment_of_benefits, acknowledgement.';
  end if;
  if v_realm = 'provider' and (
    v_form.created_by_user_id is null -- drawn up by nobody who could be told from the witness
    or v_form.created_by_user_id = v_caller.user_id
    or exists (
      select
      from public.consents as c
      where c.organisation_id = v_organisation_id
        and c.signed_form_id = v_form.id
        and c.status = 'proposed'
        and (c.created_by_user_id is null or c.created_by_user_id = v_caller.user_id)
    )
  ) then
    raise exception 'who drew the form up does not witness it'
      using errcode = 'CD017', hint = 'Have a colleague witness the signature.';
  end if;

  v_capacity := coalesce(
    (
      select case min(a.relationship) when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
      from public.patient_accounts as a
      where v_realm = 'patient'
        and a.organisation_id = v_organisation_id
        and a.patient_id = v_patient_id
        and a.user_id = v_caller.user_id
        and a.revoked_at is null
        and a.archived_at is null
      having count(*) > 0
    ),
    v_form.capacity
  );
  v_content := authz.form_content(v_organisation_id, form_id);
  if sign_form.content_sha256 <> authz.digest(v_content) then
    raise exception 'the form is no longer what was shown'
      using errcode = 'CD017', hint = 'Show it again: preview_form gives the text and its digest.';
  end if;
  v_signed_at := clock_timestamp();
  v_record := jsonb_build_object(
    'format', 'cordon.signature.1',
    'organisation_id', v_organisation_id, 'form_id', v_form.id, 'patient_id', v_patient_id,
    'content_sha256', authz.digest(v_content), 'body_sha256', v_template.body_sha256,
    'typed_name', v_name, 'capacity', v_capacity, 'meaning', sign_form.meaning,
    'signed_at', to_char(v_signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'signed_by_user_id', case when v_realm = 'patient' then v_caller.user_id end,
    'witness_user_id', case when v_realm = 'provider' then v_caller.user_id end,
    'session_id', v_caller.session_id,
    'signed_ip', host(v_address), 'ip_source', case when v_address is null then 'unknown' else 'edge' end,
    'user_agent', authz.user_agent()
  )::text;

  begin
    update public.signed_forms as f
       set status = 'active',
           capacity = v_capacity,
           typed_name = v_name,
           meaning = sign_form.meaning,
           content = v_content,
           content_sha256 = authz.digest(v_content),
           signed_at = v_signed_at,
           signed_by_user_id = case when v_realm = 'patient' then v_caller.user_id end,
           witness_user_id = case when v_realm = 'provider' then v_caller.user_id end
     where f.organisation_id = v_organisation_id
       and f.id = v_form.id;
    update public.consents as c
       set status = 'active'
     where c.organisation_id = v_organisation_id
       and c.signed_form_id = v_form.id
       and c.status = 'proposed'
       and c.archived_at is null;
  exception
    when unique_violation then
      raise exception 'a form of this text, or a consent that it carries, is in force already'
        using errcode = 'CD013', hint = 'Terminate the form, or withdraw the consent, that is in force.';
  end;
  insert into public.signed_form_evidence
    (organisation_id, id, patient_id, signed_ip, ip_source, user_agent, record, record_sha256)
  values (
    v_organisation_id, v_form.id, v_patient_id, v_address, case when v_address is null then 'unknown' else 'edge' end,
    authz.user_agent(), v_record, authz.digest(v_record)
  );
  return jsonb_build_object(
    'form_id', v_form.id, 'signed_at', v_record::jsonb -> 'signed_at', 'content_sha256', authz.digest(v_content),
    'record_sha256', authz.digest(v_record)
  );
end
$$;
comment on function public.sign_form(uuid, text, text, text) is
  'Signs a draft; returns the receipt {form_id, signed_at, content_sha256, record_sha256}. 42501 for who may neither sign nor witness, CD010 for no such form, CD013 where it is signed or another is in force, CD016 for a number in the name, CD017 without a name or meaning, for a retired text, for another text than was shown, and for a witness who drew it up. [N-45, S-31, S-32, S-33]';
alter function public.sign_form(uuid, text, text, text) owner to cordon_definer;
revoke all on function public.sign_form(uuid, text, text, text) from public;
grant execute on function public.sign_form(uuid, text, text, text) to authenticated, patient;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on public.transfer_job_patients
  as restrictive for all to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))))
  with check (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_fence on public.transfer_job_patients is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.transfer_job_patients
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.transfer_job_patients is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.transfer_job_patients
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.transfer_job_patients is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.transfer_job_patients
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.transfer_job_patients is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.transfer_job_patients
  for select to authenticated
  using (organisation_id = coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))));
comment on policy provider_select on public.transfer_job_patients is
  'any member with transport of the current organisation may read rows that are not archived and not expired; clinic_admin of the current organisation may read rows that are not archived and not expired. [N-02, N-24, S-02]';

create policy provider_select_rows on public.transfer_job_patients
  as restrictive for select to authenticated
  using (
    (archived_at is null or archived_at = now())
    and expires_at > (select authz.now())
  );
comment on policy provider_select_rows on public.transfer_job_patients is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, N-24, S-02]';

create policy definer_select on public.transfer_job_patients
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.transfer_job_patients is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_consents__project, authz.tg_patients__project, authz.tg_organisations__close: whom to forget). [N-08, N-24, N-50]';

create policy definer_insert on public.transfer_job_patients
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.transfer_job_patients is
  'definer functions may create every row (public.dispatch_transfer: whom a packet is for, under consent). [N-24, N-45]';

create policy definer_update on public.transfer_job_patients
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.transfer_job_patients is
  'definer functions may change every row (authz.tg_transfer_jobs__follow and the triggers above: forgets). [N-24, N-50]';

comment on policy definer_select on public.transfer_jobs is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.cancel_transfer: the job of a transfer). [N-08, N-24]';

comment on policy definer_update on public.transfer_jobs is
  'definer functions may change every row (public.cancel_transfer: ends the job). [N-24, S-18]';

create or replace trigger _500_close
  after update on public.organisations
  for each row
  execute function authz.tg_organisations__close();
alter table public.organisations enable always trigger _500_close;
comment on trigger _500_close on public.organisations is
  'Takes the names out of the jobs that drive for a clinic which is closed. [N-24]';

comment on trigger _300_course on public.transfer_jobs is
  'Lets a job that has ended expire, and none while the patient is on board. [N-24]';

create or replace trigger _050_tenant
  before insert or update on public.transfer_job_patients
  for each row
  execute function authz.tg__tenant('transfer_job_patients');
alter table public.transfer_job_patients enable always trigger _050_tenant;
comment on trigger _050_tenant on public.transfer_job_patients is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.transfer_job_patients
  for each row
  execute function authz.tg__stamp();
alter table public.transfer_job_patients enable always trigger _100_stamp;
comment on trigger _100_stamp on public.transfer_job_patients is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on public.transfer_job_patients
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfer_job_patients enable always trigger _900_stamped;
comment on trigger _900_stamped on public.transfer_job_patients is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.transfer_job_patients
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfer_job_patients enable always trigger _901_stamped;
comment on trigger _901_stamped on public.transfer_job_patients is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

revoke select (patient_id) on public.signed_form_evidence from cordon_definer;
revoke select on public.signed_form_evidence from patient;

grant select on public.transfer_job_details to authenticated;
grant select on public.transfer_job_details to service_role;

grant
  select (expires_at, id, language, organisation_id, patient_name)
  on public.transfer_job_patients to authenticated;
grant
  select (archived_at, expires_at, id, organisation_id, origin_organisation_id, patient_name, transfer_id),
  insert (expires_at, id, language, organisation_id, origin_organisation_id, patient_name, transfer_id),
  update (language, patient_name)
  on public.transfer_job_patients to cordon_definer;
grant select on public.transfer_job_patients to service_role;

revoke update (packet) on public.transfer_jobs from cordon_definer;

drop policy patient_select on public.signed_form_evidence;
drop function public.sign_form(uuid, text, text);

-- migrate:down
