-- authz.purpose: what the caller says the data is for: the setting (set_context), else the header. Naming one narrows what
-- is seen; naming none leaves it to the other conditions.
create or replace function authz.purpose()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    nullif(current_setting('app.purpose', true), ''),
    nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-purpose', '')
  );
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    raise exception 'the request headers are not valid JSON'
      using errcode = 'CD002', hint = 'Set request.headers to a JSON object, or the purpose in app.purpose.';
end
$$;
comment on function authz.purpose() is
  'Purpose that the caller names in app.purpose or the header x-purpose, NULL without one; CD002 for malformed headers. [N-48]';
revoke all on function authz.purpose() from public;
grant execute on function authz.purpose() to cordon_definer;
