-- authz.tg_access_restrictions__lift: when a restriction was lifted is the clock's to say, and once lifted it is over.
create or replace function authz.tg_access_restrictions__lift()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  new.lifted_at := case
    when tg_op = 'INSERT' then null
    when old.lifted_at is not null then old.lifted_at
    when new.lifted_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_access_restrictions__lift() is
  'Stamps lifted_at; a value sent by anyone is ignored, and an end is final. [S-16]';
revoke all on function authz.tg_access_restrictions__lift() from public;
