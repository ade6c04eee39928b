-- authz.request_headers: headers of the request, for what records what the client says of itself: illegible ones say nothing.
create or replace function authz.request_headers()
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return nullif(current_setting('request.headers', true), '')::jsonb;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    return null;
end
$$;
comment on function authz.request_headers() is
  'Headers of the request as JSON, NULL where there are none or they are illegible. [N-35]';
revoke all on function authz.request_headers() from public;
grant execute on function authz.request_headers() to cordon_definer;
