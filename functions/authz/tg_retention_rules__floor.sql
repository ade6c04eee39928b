-- authz.tg_retention_rules__floor: the law's floors rise and never fall: no migration of tomorrow shortens what was promised today.
create or replace function authz.tg_retention_rules__floor()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'UPDATE' or (new.retention, new.regime) is distinct from (old.retention, old.regime) or new.keep < old.keep then
    raise exception 'a retention floor never falls'
      using errcode = 'CD020', hint = 'A floor may rise; a law that asks for less takes another regime.';
  end if;
  return new;
end
$$;
comment on function authz.tg_retention_rules__floor() is
  'Refuses with CD020 to lower, move or remove a floor. [N-38, N-49]';
revoke all on function authz.tg_retention_rules__floor() from public;
