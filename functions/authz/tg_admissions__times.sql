-- authz.tg_admissions__times: when a stay began and ended is what the server saw (S-16).
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
  new.admitted_at := coalesce(old.admitted_at, case when new.status = 'admitted' then clock_timestamp() end);
  new.discharged_at := coalesce(old.discharged_at, case when new.status = 'discharged' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_admissions__times() is
  'Stamps admitted_at and discharged_at once; client values are ignored. [S-16]';
revoke all on function authz.tg_admissions__times() from public;
