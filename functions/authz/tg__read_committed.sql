-- authz.tg__read_committed: who may act, for whom and when is written by who may do so now. In an older snapshot they still may whose membership or
-- account ended meanwhile: a transaction that began before would open to others, hours later, what is closed to its own. Its trigger says in WHEN
-- that the transaction has one.
create or replace function authz.tg__read_committed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'this write has to run in READ COMMITTED'
    using errcode = 'CD007', hint = 'Begin the transaction without an isolation level.';
end
$$;
comment on function authz.tg__read_committed() is
  'Refuses with CD007 a write that opens something to somebody, in a snapshot that may be older than the right of who writes. [N-16, S-03]';
revoke all on function authz.tg__read_committed() from public;
