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
       -- What the patient says takes the place of what the clinic relied on while they did not.
       and (
         c.purpose_version < new.purpose_version
         or c.expires_at <= authz.now()
         or (new.legal_basis = 'consent' and c.legal_basis <> 'consent')
       )
       and c.status = 'active'
       and c.archived_at is null
       and c.id <> new.id
       -- Another basis is the clinic's word: it ends no refusal of emergency access, which is the patient's. One that is over opens nothing, and goes
       -- on refusing (authz.refuses_emergency).
       and (new.legal_basis = 'consent' or c.break_glass_allowed or least(c.expires_at, c.superseded_at) <= authz.now());
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__version() is
  'Stamps purpose_version, given_at, given_how, given_by_user_id, given_as and superseded_at; a consent to a later text, after its time, or where another basis was relied on, expires the earlier one. CD020 for a basis that the law does not give the purpose, or to which the patient has objected, CD005 for who consents to a text that is over, or at an organisation that is closed, 42501 for who gives one on the portal without an account of the patient, or not in a session of their own. [N-12, N-45, N-48, N-49]';
alter function authz.tg_consents__version() owner to cordon_definer;
revoke all on function authz.tg_consents__version() from public;
