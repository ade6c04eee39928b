-- migrate:up
-- Why: a guardian saw everything of a patient for ever: nothing asked whether they had come of age
-- Access: +2 grants, 3 definer functions
--   ~ authz.portal_capacity is written, and runs with the rights of its owner
--   ~ authz.tg_patient_accounts__confirm is written, and runs with the rights of its owner
--   ~ authz.tg_patient_accounts__security is written, and runs with the rights of its owner
--   + authenticated may update (ends_at) on public.patient_accounts
--   + cordon_definer may select (ends_at) on public.patient_accounts
--   widens: authz.live_patient_accounts, by which policies decide, has another query
--   widens: authz.portal_capacity(uuid, uuid, uuid), which 1 function and 1 trigger ask, has another text
--   widens: authz.tg_patient_accounts__confirm(), which 1 trigger asks, has another text
--   widens: authz.tg_patient_accounts__security(), which 1 trigger asks, has another text
--   widens: clinic staff can now read public.patient_accounts (ends_at) too
--   widens: clinic_admin can now change public.patient_accounts (ends_at) too
--   widens: our definer functions can now read public.patient_accounts (ends_at) too
--   widens: patients can now read public.patient_accounts (ends_at) too
--   widens: the service role can now add to public.patient_accounts (ends_at) too
--   widens: the service role can now change public.patient_accounts (ends_at) too
--   widens: the service role can now read public.patient_accounts (ends_at) too
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE authz.live_patient_accounts
--   ACCESS EXCLUSIVE public.patient_accounts

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table public.patient_accounts add column ends_at timestamptz;
comment on column public.patient_accounts.ends_at is
  'The day on which whoever confirmed it lets it end; NULL until it is revoked, and of a guardian until the patient comes of age. Once it is over it stays so. [N-15]';

-- The last column says as whom: what a signature and a consent ask.
create or replace view authz.live_patient_accounts with (security_invoker = true) as
  select a.organisation_id, a.user_id, a.patient_id, a.relationship
  from public.patient_accounts as a
  join public.patients as p on p.organisation_id = a.organisation_id and p.id = a.patient_id
  where a.confirmed_at is not null
    and a.revoked_at is null
    and a.archived_at is null
    and case
      when a.ends_at is not null then a.ends_at > clock_timestamp()
      when a.relationship = 'guardian' then
        coalesce(authz.guardianship_ends_at(a.organisation_id, a.patient_id), 'infinity') > clock_timestamp()
      else true
    end
    and p.archived_at is null;
comment on view authz.live_patient_accounts is
  'Portal accounts confirmed, not revoked, not over (ends_at, or of a guardian the patient''s coming of age), not archived, of patients not archived; of organisations that are closed too. [N-15, N-16, N-49]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.portal_capacity: as whom a login acts for a patient, by the words of a signature: what the portal account says that the clinic confirmed, and
-- not what whoever signs says of themselves.
create or replace function authz.portal_capacity(organisation_id uuid, patient_id uuid, user_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case a.relationship when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
    from authz.live_patient_accounts as a
    where a.organisation_id = portal_capacity.organisation_id
      and a.patient_id = portal_capacity.patient_id
      and a.user_id = portal_capacity.user_id
  );
end
$$;

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
  end if;
  new.revoked_at := case
    when old.revoked_at is not null then old.revoked_at
    when new.revoked_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_patient_accounts__confirm() is
  'Stamps confirmed_* and revoked_at; the creator can neither confirm nor prolong (CD008), nor who is not there in a session of their own (42501), and an end is final. [N-12, N-15]';

-- authz.tg_patient_accounts__security: a portal account opens a chart: who proposed it, when it was opened, when it ended (N-37).
create or replace function authz.tg_patient_accounts__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_about constant jsonb := jsonb_build_object(
    'user_id', new.user_id, 'patient_id', new.patient_id, 'relationship', new.relationship
  );
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, case when new.confirmed_at is null then 'patient_account.proposed' else 'patient_account.opened' end, new.id, v_about
    );
    return null;
  end if;
  -- Whoever brings back what was archived opens it as well, and so does who makes it last longer.
  if (new.confirmed_at is not null and new.revoked_at is null and new.archived_at is null)
    and (
      old.confirmed_at is null or old.archived_at is not null
      or (
        new.ends_at is distinct from old.ends_at
        and coalesce(new.ends_at, authz.guardianship_ends_at(new.organisation_id, new.patient_id), 'infinity')
          > coalesce(old.ends_at, authz.guardianship_ends_at(new.organisation_id, new.patient_id), 'infinity')
      )
    )
  then
    perform authz.record_security_event(new.organisation_id, 'patient_account.opened', new.id, v_about);
  end if;
  if old.revoked_at is null and old.archived_at is null and (new.revoked_at is not null or new.archived_at is not null) then
    perform authz.record_security_event(new.organisation_id, 'patient_account.revoked', new.id, v_about);
  end if;
  return null;
end
$$;

grant update (ends_at) on public.patient_accounts to authenticated;
grant select (ends_at) on public.patient_accounts to cordon_definer;

-- migrate:down
