-- authz.is_system: whether nobody's token acts: the server's key, the owner, a migration. A role can be taken on and put off in mid-statement, after
-- the policies were asked, so that having none of the realms' proves nothing: a login of the API without a role is a caller who put it off. What
-- is the system's alone asks this, and never whether there is a user: there is none, too, while somebody's claims name a session that has ended.
create or replace function authz.is_system()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case current_setting('role')
    when 'service_role' then true
    when 'authenticated' then false
    when 'internal_ops' then false
    when 'patient' then false
    when 'anon' then false
    else not authz.is_api_login()
  end;
end
$$;
comment on function authz.is_system() is
  'Whether the server, the owner or a migration acts, and no caller of the API. [N-11, S-16]';
revoke all on function authz.is_system() from public;
grant execute on function authz.is_system() to cordon_definer;
