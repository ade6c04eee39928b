-- migrate:up
-- Why: whoever held break_glass and reads no chart opened an emergency that showed nothing, and was locked out until it was judged
-- Access: 1 definer function
--   ~ public.open_emergency_access is written, and runs with the rights of its owner
--   widens: public.open_emergency_access(uuid, text, integer), callable by clinic staff, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- public.open_emergency_access: breaks the glass for one patient. Everything that would make it a habit is refused: no
-- reason, no second one while one awaits its review, no token without a session to trace it to, nobody to whom no rule shows anything
-- by it: doctors, nurses, and assistants who hold break_glass, who read allergies by it. It counts from the next transaction on, so that no
-- rollback takes back the grant and keeps what was read.
create or replace function public.open_emergency_access(patient_id uuid, reason text, minutes integer default 60)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{doctor,nurse}', '{}'), authz.organisation_for('{assistant}', '{break_glass}')
  );
  v_opened_at constant timestamptz := authz.now();
  v_reason constant text := authz.trimmed(reason);
  v_grant_id uuid;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'emergency access is not yours to open'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a doctor, a nurse, or an assistant with the capability break_glass, signed in with a session.';
  end if;
  if coalesce(length(v_reason), 0) not between 20 and 2000 then
    raise exception 'emergency access needs a reason'
      using errcode = 'CD009', hint = 'Say why, in 20 to 2000 characters: somebody else will review it.';
  end if;
  if minutes is null or minutes not between 1 and 60 then
    raise exception 'emergency access lasts from 1 to 60 minutes'
      using errcode = 'CD009', hint = 'Give minutes between 1 and 60.';
  end if;
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = open_emergency_access.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if authz.refuses_emergency(v_organisation_id, open_emergency_access.patient_id, v_user_id) then
    raise exception 'the patient has refused emergency access'
      using errcode = 'CD009', hint = 'An explicit refusal holds in an emergency too.';
  end if;

  -- The unique index lets one of two at once through; the other waits for it and is refused.
  insert into public.emergency_access_grants as g (organisation_id, patient_id, user_id, opened_at, expires_at)
  values (
    v_organisation_id, open_emergency_access.patient_id, v_user_id,
    v_opened_at, v_opened_at + make_interval(mins => minutes)
  )
  on conflict do nothing
  returning g.id into v_grant_id;
  if v_grant_id is null then
    raise exception 'an emergency access of yours awaits its review'
      using errcode = 'CD009', hint = 'Ask a clinic_admin or the privacy officer to review it.';
  end if;
  insert into public.emergency_access_reasons (organisation_id, id, patient_id, reason)
  values (v_organisation_id, v_grant_id, open_emergency_access.patient_id, v_reason);
  return v_grant_id;
end
$$;

-- migrate:down
