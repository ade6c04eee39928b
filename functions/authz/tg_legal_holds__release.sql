-- authz.tg_legal_holds__release: a hold is released once, by the clock; what it holds and why never changes. It waits for an erasure that is under
-- way in its organisation, as that waits for it. Of the migrating role: the lock takes a right to change the organisation.
create or replace function authz.tg_legal_holds__release()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform
    from public.organisations as o
    where o.id = new.organisation_id
    for share;
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
