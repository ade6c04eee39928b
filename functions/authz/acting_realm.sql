-- authz.acting_realm: whose hand writes: the role that the connection took on, not the owner of the function that runs for it.
create or replace function authz.acting_realm()
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case current_setting('role')
    when 'authenticated' then 'provider'
    when 'patient' then 'patient'
    when 'internal_ops' then 'internal_ops'
    else 'system'
  end;
end
$$;
comment on function authz.acting_realm() is
  'Realm of the caller; system for the server, the owner and migrations. [S-16, S-18]';
revoke all on function authz.acting_realm() from public;
grant execute on function authz.acting_realm() to cordon_definer;
