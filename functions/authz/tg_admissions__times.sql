-- authz.tg_admissions__times: when a stay began and ended is what the server saw (S-16), and where it ended is where it was: who lay in which bed is
-- asked for when somebody else falls ill, and a bed that is written in with the discharge, or after it, is told as no move. Nor with the archiving: that
-- would be told as a move into a bed which somebody else may lie in.
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
  if new.bed_id is distinct from old.bed_id
    and ('discharged' in (old.status, new.status) or new.archived_at is not null)
  then
    raise exception 'a stay ends in the bed that it was in'
      using errcode = 'CD013', hint = 'Move the patient first, and discharge them, or archive the stay, then; one that has ended stays where it was.';
  end if;
  new.admitted_at := coalesce(old.admitted_at, case when new.status = 'admitted' then clock_timestamp() end);
  new.discharged_at := coalesce(old.discharged_at, case when new.status = 'discharged' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_admissions__times() is
  'Stamps admitted_at and discharged_at once, client values are ignored; refuses with CD013 another bed with discharge or archiving, or after either. [S-16, S-17, S-18]';
revoke all on function authz.tg_admissions__times() from public;
