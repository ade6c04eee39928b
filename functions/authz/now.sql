-- authz.now: the moment that conditions are held against: of the statement, so that a transaction held open outlives
-- nothing. One place, so that tests can put a clock of their own here; nothing that a client sets can.
create or replace function authz.now()
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return statement_timestamp();
end
$$;
comment on function authz.now() is
  'The moment at which this statement began, for conditions that depend on time. [N-28, N-40]';
revoke all on function authz.now() from public;
grant execute on function authz.now() to authenticated, cordon_definer, internal_ops;
