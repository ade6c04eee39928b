-- authz.refuse: a refusal with the HTTP status that it means, where a request of PostgREST asks: SQLSTATE PGRST carries status, headers and
-- the code that applications read. Over a plain connection it is the code itself.
create or replace function authz.refuse(code text, status integer, message text, hint text, headers jsonb default '{}')
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  if nullif(current_setting('request.method', true), '') is null then
    raise exception '%', refuse.message using errcode = refuse.code, hint = refuse.hint;
  end if;
  raise exception using
    errcode = 'PGRST',
    message = json_build_object('code', refuse.code, 'message', refuse.message, 'details', null, 'hint', refuse.hint)::text,
    detail = json_build_object('status', refuse.status, 'headers', refuse.headers)::text;
end
$$;
comment on function authz.refuse(text, integer, text, text, jsonb) is
  'Raises the code, inside a request of PostgREST as SQLSTATE PGRST with the HTTP status and headers. [N-53]';
revoke all on function authz.refuse(text, integer, text, text, jsonb) from public;
grant execute on function authz.refuse(text, integer, text, text, jsonb) to cordon_definer;
