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
alter function authz.tg_patient_accounts__confirm() owner to cordon_definer;
revoke all on function authz.tg_patient_accounts__confirm() from public;
