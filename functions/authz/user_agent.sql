-- authz.user_agent: what the client calls itself: a claim of its own, kept as such, without what a terminal or a page would act on.
create or replace function authz.user_agent()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.printable(nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent', 400);
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    return null;
end
$$;
comment on function authz.user_agent() is
  'Header user-agent of the request, at most 400 characters; NULL where none was sent or it is illegible. [S-31]';
revoke all on function authz.user_agent() from public;
grant execute on function authz.user_agent() to cordon_definer;
