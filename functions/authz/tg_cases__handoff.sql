-- authz.tg_cases__handoff: a case is handed to operations once; each reopening says why.
create or replace function authz.tg_cases__handoff()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.handed_off_at := null;
    new.reopen_reason := null;
    return new;
  end if;
  new.handed_off_at := coalesce(old.handed_off_at, case when new.status = 'handed_off' then clock_timestamp() end);
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
comment on function authz.tg_cases__handoff() is
  'Stamps handed_off_at, and asks for reopen_reason from closed to active. [S-18]';
revoke all on function authz.tg_cases__handoff() from public;
