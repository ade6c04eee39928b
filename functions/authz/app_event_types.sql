-- authz.app_event_types: what an application may tell. A list of constants, so that a CHECK can ask it: a type in words of the application's own
-- would be free text, in which a name stands sooner or later.
create or replace function authz.app_event_types()
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{request.failed,request.refused,request.slow,client.failed,job.started,job.finished,job.failed,integration.failed,integration.recovered,'
    'delivery.failed,storage.failed}';
end
$$;
comment on function authz.app_event_types() is
  'The types of application events, all of them. [S-39]';
revoke all on function authz.app_event_types() from public;
grant execute on function authz.app_event_types() to cordon_definer;
