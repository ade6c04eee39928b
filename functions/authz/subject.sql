-- authz.subject: whom the token names, not verified. For what decides nothing (the array that finds rows by index), and for what has
-- verified the caller in the same call: a second verification costs as much as the first.
create or replace function authz.subject()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid;
exception
  when data_exception or program_limit_exceeded then -- authz.caller says what is wrong with it
    return null;
end
$$;
comment on function authz.subject() is
  'User that the claims name, unverified; NULL where illegible. Decides nothing. [N-11]';
alter function authz.subject() owner to cordon_definer;
revoke all on function authz.subject() from public;
