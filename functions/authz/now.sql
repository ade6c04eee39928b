-- authz.now: the moment that conditions are held against: the clock's, so that neither a transaction held open nor a DO block, which is one
-- statement to the server, outlives anything. A policy asks once a query. One place, so that tests can put a clock of their own here;
-- nothing that a client sets can.
create or replace function authz.now()
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return clock_timestamp();
end
$$;
comment on function authz.now() is
  'The moment, for conditions that depend on time. [N-28, N-40]';
revoke all on function authz.now() from public;
grant execute on function authz.now() to authenticated, cordon_definer, internal_ops;
