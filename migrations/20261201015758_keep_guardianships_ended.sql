-- migrate:up
-- Why: a birth date written over, or an end that who proposed the account had set beforehand, let a guardian act after the patient came of age
-- Access: 2 definer functions
--   ~ authz.tg_patient_accounts__confirm is written, and runs with the rights of its owner
--   ~ authz.tg_patient_identity__of_age is written, and runs with the rights of its owner
--   widens: authz.tg_patient_accounts__confirm(), which 1 trigger asks, has another text
--   widens: authz.tg_patient_identity__of_age() is new, which 1 trigger asks
--   widens: the trigger _060_of_age now guards public.patient_identity
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.patient_identity

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

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
    return new;
  end if;

  if new.relationship = 'guardian' then
    v_of_age_at := authz.guardianship_ends_at(new.organisation_id, new.patient_id);
  end if;
  v_ended_at := coalesce(old.ends_at, v_of_age_at, 'infinity');
  if old.confirmed_at is not null and v_ended_at <= authz.now() then
    new.ends_at := old.ends_at;
  end if;
  v_ends_at := coalesce(new.ends_at, v_of_age_at, 'infinity');
  if old.confirmed_at is not null and v_ends_at > v_ended_at and not v_is_system then
    if authz.own_session_id() is null then
      raise exception 'a portal account is not yours to prolong'
        using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
    end if;
    if v_user_id = old.created_by_user_id then
      raise exception 'who created a portal account cannot prolong it'
        using errcode = 'CD008', hint = 'Ask another clinic_admin.';
    end if;
  end if;

  if old.confirmed_at is not null then
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
    new.confirmed_at := clock_timestamp();
    new.confirmed_by_user_id := v_user_id;
  else
    new.confirmed_by_user_id := null;
    -- Who confirms says until when, and nobody before them: it would be agreed to unseen.
    if not v_is_system then
      new.ends_at := old.ends_at;
    end if;
  end if;
  new.revoked_at := case
    when old.revoked_at is not null then old.revoked_at
    when new.revoked_at is not null then clock_timestamp()
  end;
  return new;
end
$$;

-- authz.tg_patient_identity__of_age: a guardian's account that ended on a patient's 18th birthday is over for good: a younger birth date, or none, would
-- bring it back, by the hand of whoever keeps addresses, where prolonging one takes a second clinic_admin. Whoever puts a date right has it revoked first.
create or replace function authz.tg_patient_identity__of_age()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- By the birth date that still stands: the row is not written yet.
  v_ended_at constant timestamptz := authz.guardianship_ends_at(new.organisation_id, new.id);
  -- In the last place on earth.
  v_would_end_at constant timestamptz := (new.birth_date + interval '18 years 1 day') at time zone 'UTC';
begin
  if coalesce(v_ended_at, 'infinity') > authz.now() or v_would_end_at <= authz.now() or authz.is_system() then
    return new;
  end if;
  if exists (
    select
    from public.patient_accounts as a
    where a.organisation_id = new.organisation_id
      and a.patient_id = new.id
      and a.relationship = 'guardian'
      and a.confirmed_at is not null
      and a.revoked_at is null
      and a.archived_at is null
      and a.ends_at is null
  ) then
    raise exception 'a guardian''s account that is over would open again'
      using errcode = 'CD013', hint = 'Have a clinic_admin revoke it, put the birth date right, and link the guardian again.';
  end if;
  return new;
end
$$;
comment on function authz.tg_patient_identity__of_age() is
  'Refuses (CD013) a birth date, or none, by which a guardian''s account that has ended would open again. The server puts dates right. [N-12, N-15]';
alter function authz.tg_patient_identity__of_age() owner to cordon_definer;
revoke all on function authz.tg_patient_identity__of_age() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _060_of_age
  before update on public.patient_identity
  for each row
  when (new.birth_date is distinct from old.birth_date)
  execute function authz.tg_patient_identity__of_age();
alter table public.patient_identity enable always trigger _060_of_age;
comment on trigger _060_of_age on public.patient_identity is
  'Keeps a guardian''s account that ended with a birthday from opening again by another. [N-12, N-15]';

-- migrate:down
