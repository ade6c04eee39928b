-- migrate:up
-- Why: Operations handed any case over to themselves, and saw whose it was; and a stay was told to have ended in a bed that it was never in
-- Access: 1 definer function
--   ~ authz.tg_cases__handoff is written, and runs with the rights of its owner
--   widens: authz.tg_admissions__times(), which 1 trigger asks, has another text
--   widens: authz.tg_cases__handoff(), which 1 trigger asks, acts with the rights of cordon_definer, belongs to cordon_definer instead of postgres, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_admissions__times: when a stay began and ended is what the server saw (S-16), and where it ended is where it was: who lay in which bed is
-- asked for when somebody else falls ill, and a bed that is written in with the discharge, or after it, is told as no move.
create or replace function authz.tg_admissions__times()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.admitted_at := case when new.status = 'admitted' then clock_timestamp() end;
    new.discharged_at := null;
    return new;
  end if;
  if new.bed_id is distinct from old.bed_id and (old.status = 'discharged' or new.status = 'discharged') then
    raise exception 'a stay ends in the bed that it was in'
      using errcode = 'CD013', hint = 'Move the patient first, and discharge them then; a stay that has ended stays where it was.';
  end if;
  new.admitted_at := coalesce(old.admitted_at, case when new.status = 'admitted' then clock_timestamp() end);
  new.discharged_at := coalesce(old.discharged_at, case when new.status = 'discharged' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_admissions__times() is
  'Stamps admitted_at and discharged_at once, client values are ignored; refuses with CD013 another bed with the discharge or after it. [S-16, S-17, S-18]';

-- authz.tg_cases__handoff: a case is handed to operations once, and by its clinic, which sends it on its way before they take it: operations see every
-- case, open some themselves, and would by their own hand see whoever any of them is of. Each reopening says why.
create or replace function authz.tg_cases__handoff()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.handed_off_at := null;
    new.reopen_reason := null;
    return new;
  end if;
  new.handed_off_at := coalesce(old.handed_off_at, case when new.status = 'handed_off' then clock_timestamp() end);
  if new.status = 'awaiting_transfer'
    and old.status <> 'awaiting_transfer'
    and old.handed_off_at is null
    and not authz.is_system()
    and (
      authz.acting_realm() = 'internal_ops'
      -- Who has put that role off in mid-statement is taken for staff, and is staff of nobody here.
      or not exists (
        select
        from authz.live_memberships as m
        where m.organisation_id = new.organisation_id
          and m.user_id = authz.subject()
      )
    )
  then
    raise exception 'a case is sent on its way by its clinic'
      using errcode = 'CD013', hint = 'A clinic_admin, a doctor or a nurse of the clinic sets awaiting_transfer; operations take it from there.';
  end if;
  if new.status = 'cancelled' and old.status <> 'cancelled' and old.handed_off_at is not null then
    raise exception 'a case that was handed over is not cancelled'
      using errcode = 'CD013', hint = 'Hand it over again, or have operations close it.';
  end if;
  if new.status is not distinct from old.status then
    new.reopen_reason := old.reopen_reason;
  elsif old.status <> 'closed' then
    new.reopen_reason := null;
  elsif new.reopen_reason is null then
    raise exception 'reopening a case takes a reason'
      using errcode = 'CD013', hint = 'Set reopen_reason in the same statement.';
  end if;
  return new;
end
$$;
alter function authz.tg_cases__handoff() owner to cordon_definer;
comment on function authz.tg_cases__handoff() is
  'Stamps handed_off_at, and asks for reopen_reason from closed to active; CD013 for operations who send on its way what its clinic has not. [S-18, S-29]';

revoke create on schema authz from cordon_definer;

-- migrate:down
