-- authz.tg_compliance_results__recorded: who looked and when are the server's word, not the recorder's.
create or replace function authz.tg_compliance_results__recorded()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  new.ran_at := statement_timestamp(); -- one for all lines of a run
  new.ran_by := session_user;
  return new;
end
$$;
comment on function authz.tg_compliance_results__recorded() is
  'Stamps a recorded line with the moment of its statement and the login. [N-51]';
revoke all on function authz.tg_compliance_results__recorded() from public;
