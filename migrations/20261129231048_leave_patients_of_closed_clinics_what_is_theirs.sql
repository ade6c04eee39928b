-- migrate:up
-- Why: a patient of an organisation that was archived could neither read, export nor withdraw: LGPD art. 18 asks the controller, and no register
-- Access: 2 definer functions
--   ~ authz.form_tenant is written, and runs with the rights of its owner
--   ~ authz.tg_consents__version is written, and runs with the rights of its owner
--   widens: authz.form_tenant(uuid), which 2 functions ask, has another text
--   widens: authz.live_patient_accounts, by which policies decide, has another query
--   widens: authz.tg_consents__version(), which 1 trigger asks, has another text
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE authz.live_patient_accounts

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What is kept of somebody is theirs, at a clinic that was closed too.
create or replace view authz.live_patient_accounts with (security_invoker = true) as
  select a.organisation_id, a.user_id, a.patient_id
  from public.patient_accounts as a
  join public.patients as p on p.organisation_id = a.organisation_id and p.id = a.patient_id
  where a.confirmed_at is not null
    and a.revoked_at is null
    and a.archived_at is null
    and p.archived_at is null;
comment on view authz.live_patient_accounts is
  'Portal accounts confirmed, not revoked, not archived, of patients not archived; of organisations that are closed too. [N-15, N-16, N-49]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.form_tenant: where a form stands that the caller may sign or witness: staff in their current organisation, a patient wherever the
-- form is theirs, or where they have chosen, since ids are unique within a tenant only. At a clinic that is closed nothing is signed any more.
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
       and f.archived_at is null
       and exists (select from public.organisations as o where o.id = f.organisation_id and o.archived_at is null);
  exception
    when no_data_found or too_many_rows then
      raise exception 'form not found'
        using errcode = 'CD010', hint = 'Name a form of the current organisation; on the portal, one of your own.';
  end;
  return v_tenant;
end
$$;

-- authz.tg_consents__version: which text a consent is to, when and how it was given, and when a material change of the purpose ends it (LGPD
-- art. 8 par. 6). A consent to a later text takes the place of the one before it, as any does of one whose time is over. A new consent waits for a
-- version that is being written, by the row of the purpose; one that changes is met by that version's own update.
create or replace function authz.tg_consents__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_given constant boolean := new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active');
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    select p.version
      into new.purpose_version
      from public.consent_purposes as p
     where p.purpose = new.purpose
    for share;
    new.purpose_version := coalesce(new.purpose_version, 1); -- the foreign key says what no purpose is
    new.given_at := null;
    new.given_how := null;
  else
    new.purpose_version := old.purpose_version;
    new.given_at := old.given_at;
    new.given_how := old.given_how;
  end if;
  new.superseded_at := (
    select min(v.takes_effect_at)
    from public.consent_purpose_versions as v
    where v.purpose = new.purpose
      and v.version > new.purpose_version
      and v.is_material
  );
  if v_is_given then
    -- What was given to a clinic that is closed is withdrawn there; nothing new is.
    if not authz.is_system()
      and exists (select from public.organisations as o where o.id = new.organisation_id and o.archived_at is not null)
    then
      raise exception 'the organisation is closed'
        using errcode = 'CD005', hint = 'Nothing is consented to there any more; what was is withdrawn: withdraw_consent.';
    end if;
    if new.superseded_at <= authz.now() then
      raise exception 'the purpose has changed since this consent was proposed'
        using errcode = 'CD005', hint = 'Propose it again: a consent is to the text in force.';
    end if;
    new.given_at := clock_timestamp();
    new.given_how := case
      when new.legal_basis <> 'consent' then 'recorded'
      when new.signed_form_id is not null then 'signed_form'
      when authz.acting_realm() = 'patient' then 'portal'
      else 'recorded'
    end;
    update public.consents as c
       set status = 'expired'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.purpose = new.purpose
       and (c.purpose_version < new.purpose_version or c.expires_at <= authz.now())
       and c.status = 'active'
       and c.archived_at is null
       and c.id <> new.id
       -- Another basis is the clinic's word: it ends no refusal of emergency access, which is the patient's.
       and (new.legal_basis = 'consent' or c.break_glass_allowed or coalesce(c.expires_at, 'infinity') <= authz.now());
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__version() is
  'Stamps purpose_version, given_at, given_how and superseded_at; a consent to a later text, or after its time, expires the earlier one. CD005 for who consents to a text that is over, or at an organisation that is closed. [N-45, N-48]';

-- migrate:down
