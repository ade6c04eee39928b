-- migrate:up
-- Why: a later birth date, or none, by whoever keeps addresses let a guardian act beyond the end that a clinic_admin had agreed to
-- Access: +1 grant, 2 definer functions
--   ~ authz.tg_patient_accounts__confirm is written, and runs with the rights of its owner
--   ~ authz.tg_patient_identity__of_age is written, and runs with the rights of its owner
--   + cordon_definer may update (ends_at) on public.patient_accounts
--   widens: authz.tg_patient_accounts__confirm(), which 1 trigger asks, has another text
--   widens: authz.tg_patient_identity__of_age(), which 1 trigger asks, has another text
--   widens: our definer functions can now change public.patient_accounts (ends_at) too
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_patient_accounts__confirm: a portal account opens a chart, so two members open it: who creates it cannot
-- confirm it (reception alone, with a friend's login, could otherwise consent in a patient's name). An end is final. A guardian's account ends by itself
-- when the patient comes of age, unless whoever confirms it says another day; to make it last longer afterwards opens as much, and takes as many.
create or replace function authz.tg_patient_accounts__confirm()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_system constant boolean := authz.subject() is null and authz.is_system();
  v_user_id constant uuid := authz.user_id();
  v_of_age_at timestamptz;
  v_ended_at timestamptz;
  v_ends_at timestamptz;
begin
  -- Who decides here is compared with who decided before: it is asked of the row, and not only once a statement.
  if v_user_id is null and not v_is_system then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  if tg_op = 'INSERT' then
    new.confirmed_at := case when v_is_system then clock_timestamp() end;
    new.confirmed_by_user_id := null;
    new.revoked_at := case when v_is_system then new.revoked_at end;
    new.ends_at := case when v_is_system then new.ends_at end;
    if new.relationship = 'guardian' and new.ends_at is null and new.confirmed_at is not null and new.revoked_at is null
      and authz.guardianship_ends_at(new.organisation_id, new.patient_id) <= authz.now()
    then
      raise exception 'a portal account would be confirmed that is over already'
        using errcode = 'CD013', hint = 'The patient is of age: say until when (ends_at), as a guardian of an adult has no end by age, or since when it is over (revoked_at).';
    end if;
    return new;
  end if;

  if new.relationship = 'guardian' then
    v_of_age_at := authz.guardianship_ends_at(new.organisation_id, new.patient_id);
  end if;
  v_ended_at := coalesce(old.ends_at, v_of_age_at, 'infinity');
  v_ends_at := coalesce(new.ends_at, v_of_age_at, 'infinity');
  if old.confirmed_at is not null and v_ends_at > v_ended_at then
    if v_ended_at <= authz.now() then
      raise exception 'a portal account that is over cannot be prolonged'
        using errcode = 'CD013', hint = 'Revoke it, and link the login again: another clinic_admin confirms that, with the end that it is to have.';
    end if;
    if authz.own_session_id() is null and not v_is_system then
      raise exception 'a portal account is not yours to prolong'
        using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
    end if;
    if v_user_id = old.created_by_user_id then
      raise exception 'who created a portal account cannot prolong it'
        using errcode = 'CD008', hint = 'Ask another clinic_admin.';
    end if;
  end if;

  if old.confirmed_at is not null then
    -- For good, by what looks like no end at all.
    if new.ends_at is null and v_ends_at <= authz.now() and v_ended_at > authz.now() then
      raise exception 'a portal account would end by having no end of its own'
        using errcode = 'CD013', hint = 'The patient is of age: say until when (ends_at), or revoke it.';
    end if;
    new.confirmed_at := old.confirmed_at;
    new.confirmed_by_user_id := old.confirmed_by_user_id;
  elsif new.confirmed_at is not null then
    if authz.own_session_id() is null and not v_is_system then
      raise exception 'a portal account is not yours to confirm'
        using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
    end if;
    if v_user_id = old.created_by_user_id then
      raise exception 'who created a portal account cannot confirm it'
        using errcode = 'CD008', hint = 'Ask another clinic_admin, or let reception create it.';
    end if;
    if v_ends_at <= authz.now() then
      raise exception 'a portal account would be confirmed that is over already'
        using errcode = 'CD013', hint = 'Say until when in the statement that confirms it (ends_at): a guardian of an adult has no end by age.';
    end if;
    new.confirmed_at := clock_timestamp();
    new.confirmed_by_user_id := v_user_id;
  else
    -- Who confirms says until when, and nobody before them: it would be agreed to unseen.
    if new.ends_at is distinct from old.ends_at and not v_is_system then
      raise exception 'the end of a portal account is said by who confirms it'
        using errcode = 'CD013', hint = 'Set ends_at in the statement that confirms it, or once it is confirmed.';
    end if;
    new.confirmed_by_user_id := null;
  end if;
  new.revoked_at := case
    when old.revoked_at is not null then old.revoked_at
    when new.revoked_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_patient_accounts__confirm() is
  'Stamps confirmed_* and revoked_at; the creator can neither confirm nor prolong (CD008), nor who is not there in a session of their own (42501), and an end is final: CD013 for one that would not count. [N-12, N-15]';

-- authz.tg_patient_identity__of_age: a birth date that is put right, or taken away, lets no guardian act for longer, by the hand of whoever keeps
-- addresses, where prolonging an account takes a second clinic_admin: each account keeps the end that it had. Only then is that end written down, since
-- who sees an account need not see a birth date. Nothing is refused, and an earlier birth date ends it earlier: by itself, or, where an end is written
-- down that no birthday had passed, by that end. One that a clinic_admin set for later than the birthday is theirs, and one of whom no birth date was
-- known may be. What is not confirmed yet has no end to keep: whoever confirms it does so by the birth date that they find.
create or replace function authz.tg_patient_identity__of_age()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- By the birth date that still stands: the row is not written yet.
  v_ends_at constant timestamptz := authz.guardianship_ends_at(new.organisation_id, new.id);
  v_would_end_at timestamptz;
begin
  if coalesce(new.birth_date, 'infinity') > old.birth_date then
    -- Whoever confirms one at this moment is waited for: they go by the birth date that still stands.
    perform
    from public.patient_accounts as a
    where a.organisation_id = new.organisation_id
      and a.patient_id = new.id
    for no key update;
    update public.patient_accounts as a
       set ends_at = v_ends_at
     where a.organisation_id = new.organisation_id
       and a.patient_id = new.id
       and a.relationship = 'guardian'
       and a.confirmed_at is not null
       and a.revoked_at is null
       and a.ends_at is null;
  elsif new.birth_date < old.birth_date then
    v_would_end_at := (
      select (new.birth_date + interval '18 years') at time zone o.timezone
      from public.organisations as o
      where o.id = new.organisation_id
    );
    update public.patient_accounts as a
       set ends_at = v_would_end_at
     where a.organisation_id = new.organisation_id
       and a.patient_id = new.id
       and a.relationship = 'guardian'
       and a.confirmed_at is not null
       and a.revoked_at is null
       and a.ends_at > v_would_end_at
       and a.ends_at <= v_ends_at;
  end if;
  return new;
end
$$;
comment on function authz.tg_patient_identity__of_age() is
  'Keeps the end that guardians'' accounts had where a later birth date, or none, would put it off, and moves it nearer with an earlier one; whoever writes. [N-12, N-15]';

comment on policy definer_update on public.patient_accounts is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient; authz.tg_patient_identity__of_age: no birth date puts an end off). [N-15, N-27]';

comment on trigger _060_of_age on public.patient_identity is
  'Keeps another birth date from putting off the end of a guardian''s account. [N-12, N-15]';

grant update (ends_at) on public.patient_accounts to cordon_definer;

-- migrate:down
