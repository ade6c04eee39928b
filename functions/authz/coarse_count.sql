-- authz.coarse_count: a count that leaves the house. Rounded down to fives, so that nobody is told whether there is one patient or none, and no
-- difference between two counts is one person: docs/insights.md.
create or replace function authz.coarse_count(value bigint)
  returns bigint
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return value - value % 5;
end
$$;
comment on function authz.coarse_count(bigint) is 'The count, rounded down to a multiple of five. [S-22]';
revoke all on function authz.coarse_count(bigint) from public;
grant execute on function authz.coarse_count(bigint) to cordon_insights;
