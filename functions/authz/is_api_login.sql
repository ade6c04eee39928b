-- authz.is_api_login: whether the connection logged in as what can become a caller and holds nothing else: PostgREST's authenticator, or a login
-- like it. SET ROLE does not change it, so that in such a connection nobody writes as nobody.
create or replace function authz.is_api_login()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from pg_roles as r
    where r.rolname = session_user
      and not r.rolsuper
      and not r.rolbypassrls
      and pg_has_role(r.oid, 'authenticated', 'member')
  );
end
$$;
comment on function authz.is_api_login() is
  'Whether session_user is a login of the API: a member of authenticated that does not bypass row-level security. [N-11, S-16]';
revoke all on function authz.is_api_login() from public;
grant execute on function authz.is_api_login() to cordon_definer;
