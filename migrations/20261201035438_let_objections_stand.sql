-- migrate:up
-- Why: an objection that was upheld barred nothing, one that waited barred the basis of a life at stake, and a basis that was proposed came into force whatever the law gives the purpose
-- Access: 3 definer functions
--   ~ authz.tg_consents__version is written, and runs with the rights of its owner
--   ~ authz.tg_subject_requests__objection is written, and runs with the rights of its owner
--   ~ public.rely_on_legal_basis is written, and runs with the rights of its owner
--   widens: authz.tg_consents__version(), which 1 trigger asks, has another text
--   widens: authz.tg_subject_requests__objection() is new, which 1 trigger asks
--   widens: public.rely_on_legal_basis(uuid, text, text, text), callable by clinic staff, has another text
--   widens: the trigger _510_objection now guards public.subject_requests
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_consents__version: which text a consent is to, when, how, by whom and as what it was given (LGPD art. 8 par. 2, 14 par. 1 and 5), and when a material change of the purpose ends it (LGPD
-- art. 8 par. 6). A consent to a later text takes the place of the one before it, as any does of one whose time is over. A new consent waits for a
-- version that is being written, by the row of the purpose; one that changes is met by that version's own update. Another basis than consent takes one
-- that the law gives the purpose, and no objection of the patient to it that waits for its answer or was upheld (LGPD art. 18 par. 2, GDPR art. 21):
-- to care itself, to what a life hangs on and to what a law commands, nobody objects.
create or replace function authz.tg_consents__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_bases text[];
  v_is_given constant boolean := new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active');
  v_is_back constant boolean := tg_op = 'UPDATE' and new.status = 'active' and old.archived_at is not null and new.archived_at is null;
  v_is_objectable constant boolean := (v_is_given or v_is_back)
    and new.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
    and new.purpose <> 'treatment';
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    -- One that changes holds its consent, and needs nothing of the patient: see lock_chart.
    if v_is_objectable then
      perform authz.lock_patient(new.organisation_id, new.patient_id);
    end if;
    select p.version, p.allowed_bases
      into new.purpose_version, v_bases
      from public.consent_purposes as p
     where p.purpose = new.purpose
    for share;
    new.purpose_version := coalesce(new.purpose_version, 1); -- the foreign key says what no purpose is
    new.given_at := null;
    new.given_how := null;
    new.given_by_user_id := null;
    new.given_as := null;
  else
    new.purpose_version := old.purpose_version;
    new.given_at := old.given_at;
    new.given_how := old.given_how;
    new.given_by_user_id := old.given_by_user_id;
    new.given_as := old.given_as;
    if v_is_given or v_is_back then
      -- Not locked: whoever takes a basis from the purpose holds that row, and waits for this one (authz.tg_consent_purposes__narrowed).
      select p.allowed_bases into v_bases from public.consent_purposes as p where p.purpose = new.purpose;
    end if;
  end if;
  -- By whoever's hand, and again when it comes into force: what the law opens to consent alone, nobody records on another ground.
  if new.legal_basis <> all (v_bases) then
    raise exception 'the law does not open this purpose on this basis'
      using errcode = 'CD020', hint = 'consent_purposes.allowed_bases lists the bases of a purpose; ask the patient where it is consent alone.';
  end if;
  if v_is_objectable and exists (
    select
    from public.subject_requests as r
    where r.organisation_id = new.organisation_id
      and r.patient_id = new.patient_id
      and r.kind = 'objection'
      and r.status <> 'refused'
      and r.archived_at is null
  ) then
    raise exception 'the patient has objected'
      using errcode = 'CD020',
        hint = 'Answer the objection: refuse it with its ground (subject_requests); one that was upheld stands, and the patient may consent instead.';
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
    if authz.acting_realm() = 'patient' and authz.own_session_id() is null then
      raise exception 'a consent is not yours to give'
        using errcode = 'insufficient_privilege',
          hint = 'The patient gives it in person, signed in with a session; an application of a third party may withdraw, and not consent.';
    end if;
    new.given_at := clock_timestamp();
    new.given_how := case
      when new.legal_basis <> 'consent' then 'recorded'
      when new.signed_form_id is not null then 'signed_form'
      when authz.acting_realm() = 'patient' then 'portal'
      else 'recorded'
    end;
    -- Whose word it was is kept apart from whose the last step was: the next one, a withdrawal say, would write over it.
    if new.given_how = 'signed_form' then
      select f.signed_by_user_id, f.capacity
        into new.given_by_user_id, new.given_as
        from public.signed_forms as f
       where f.organisation_id = new.organisation_id
         and f.id = new.signed_form_id;
    elsif new.given_how = 'portal' then
      new.given_by_user_id := (authz.caller()).user_id;
      new.given_as := authz.portal_capacity(new.organisation_id, new.patient_id, new.given_by_user_id);
      -- The policy was asked before: whose account it is, is asked again, of whoever the token names by now.
      if new.given_as is null then
        raise exception 'this consent is not yours to give'
          using errcode = 'insufficient_privilege', hint = 'It takes the patient''s portal account, signed in with a session.';
      end if;
    end if;
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
  'Stamps purpose_version, given_at, given_how, given_by_user_id, given_as and superseded_at; a consent to a later text, or after its time, expires the earlier one. CD020 for a basis that the law does not give the purpose, or to which the patient has objected, CD005 for who consents to a text that is over, or at an organisation that is closed, 42501 for who gives one on the portal without an account of the patient, or not in a session of their own. [N-12, N-45, N-48, N-49]';

-- authz.tg_subject_requests__objection: an objection and a basis take turns, so that what is being filed is seen by whoever records one: by the patient,
-- whom both lock. One that is upheld ends what it bars from then on (authz.tg_consents__version), at once: said and not done it would bind nobody.
-- After the row, so that the policy has spoken first.
create or replace function authz.tg_subject_requests__objection()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(new.organisation_id, new.patient_id);
  -- And what may be coming into force at this moment, which holds its own row alone: whoever is first is seen by the other. Not what is in force: who ends
  -- several takes them in an order of their own.
  perform
  from public.consents as c
  where c.organisation_id = new.organisation_id
    and c.patient_id = new.patient_id
    and c.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
    and c.purpose <> 'treatment'
    and (c.status = 'proposed' or (c.status = 'active' and c.archived_at is not null))
  order by c.created_at desc, c.id desc
  for no key update;
  if new.status = 'completed' then
    update public.consents as c
       set status = 'withdrawn',
           withdrawal_reason = 'The patient objected, and it was upheld.'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
       and c.purpose <> 'treatment'
       and c.status = 'active'
       and c.archived_at is null;
  end if;
  return null;
end
$$;
comment on function authz.tg_subject_requests__objection() is
  'Serialises objections and other bases than consent, and ends the bases that an upheld one bars. [N-45, N-49]';
alter function authz.tg_subject_requests__objection() owner to cordon_definer;
revoke all on function authz.tg_subject_requests__objection() from public;

-- public.rely_on_legal_basis: care that the law allows without consent (LGPD art. 11 II), where the organisation has said that it relies on it:
-- by the privacy officer, for one patient and purpose, with why. It opens what a consent opens, and is reported apart from consents.
create or replace function public.rely_on_legal_basis(patient_id uuid, purpose text, legal_basis text, justification text)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{privacy_officer}');
  v_justification constant text := authz.trimmed(justification);
  v_consent_id uuid;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'a legal basis is not yours to record'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  if coalesce(length(v_justification), 0) not between 20 and 2000 then
    raise exception 'another legal basis than consent takes a justification'
      using errcode = 'CD020', hint = 'Say why the law allows it, in 20 to 2000 characters.';
  end if;
  if rely_on_legal_basis.legal_basis = 'consent' or not exists (
    select
    from public.organisation_settings as s
    where s.organisation_id = v_organisation_id
      and rely_on_legal_basis.legal_basis = any (s.legal_bases)
  ) then
    raise exception 'the organisation does not rely on this legal basis'
      using errcode = 'CD020', hint = 'A clinic_admin lists it in organisation_settings.legal_bases; consent itself is the patient''s to give.';
  end if;
  perform authz.lock_patient(v_organisation_id, rely_on_legal_basis.patient_id);
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = rely_on_legal_basis.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if not exists (select from public.consent_purposes as p where p.purpose = rely_on_legal_basis.purpose and p.archived_at is null) then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;
  -- What the law gives the purpose, and whether the patient has objected, is asked of whoever writes: authz.tg_consents__version.
  insert into public.consents as c (organisation_id, patient_id, purpose, status, legal_basis, justification)
  values (
    v_organisation_id, rely_on_legal_basis.patient_id, rely_on_legal_basis.purpose, 'active', rely_on_legal_basis.legal_basis, v_justification
  )
  on conflict do nothing
  returning c.id into v_consent_id;
  if v_consent_id is null then
    raise exception 'the purpose is open already'
      using errcode = 'CD013', hint = 'A consent, or a legal basis, is in force for this patient and purpose.';
  end if;
  return v_consent_id;
end
$$;
comment on function public.rely_on_legal_basis(uuid, text, text, text) is
  'Records that an organisation relies on another legal basis than consent for one patient and purpose; returns the row''s id in consents. 42501 for who is no privacy officer, CD006 for an unknown purpose, CD010 for no such patient, CD013 where the purpose is open already, CD016 for a number in the text, CD020 without justification, for a basis that the organisation has not listed or the law does not give the purpose, or to which an objection of the patient waits or was upheld. [N-45, N-49]';

revoke create on schema authz from cordon_definer;

comment on policy definer_update on public.consents is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient; public.sign_form, public.terminate_form: what a form carries; public.withdraw_consent; authz.tg_consents__version, authz.tg_consent_purpose_versions__supersede: a later text ends consents to the one before; authz.tg_consent_purposes__narrowed, authz.tg_subject_requests__objection: what may not go on ends). [N-27, N-45, N-50]';

create or replace trigger _510_objection
  after insert or update on public.subject_requests
  for each row
  when (new.kind = 'objection' and new.archived_at is null and new.status <> 'refused')
  execute function authz.tg_subject_requests__objection();
alter table public.subject_requests enable always trigger _510_objection;
comment on trigger _510_objection on public.subject_requests is
  'Has an objection and another legal basis take turns, and one that is upheld end what it bars. [N-45, N-49]';

-- migrate:down
