-- authz.tg_legal_holds__release: a hold is released once, by the clock; what it holds and why never changes.
create or replace function authz.tg_legal_holds__release()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.released_at := null;
    return new;
  end if;
  new.patient_id := old.patient_id;
  new.reason := old.reason;
  new.released_at := case
    when old.released_at is not null then old.released_at
    when new.released_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_legal_holds__release() is
  'Stamps released_at, which is final; keeps patient and reason. [N-49]';
revoke all on function authz.tg_legal_holds__release() from public;
