-- public.log_app_event: where an application's server writes down what went wrong, so that it need not stand in a log that nobody scrubs, seals or
-- deletes. Not for whoever is signed in: they would write as much as they like, and the row would have to say who.
create or replace function public.log_app_event(organisation_id uuid, event_type text, details jsonb default '{}')
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_system() then
    raise exception 'application events are written by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it as service_role.';
  end if;
  if event_type is null or event_type <> all (authz.app_event_types()) then
    raise exception 'no such type of application event'
      using errcode = 'invalid_parameter_value', hint = 'docs/examination.md lists them.';
  end if;
  -- The id names the organisation by itself; a pin that names another one says that somebody was mistaken.
  if lower(nullif(current_setting('app.pinned_organisation_id', true), '')) <> log_app_event.organisation_id::text then
    raise exception 'the transaction is pinned to another organisation'
      using errcode = 'CD004', hint = 'Tell of the organisation that app.pinned_organisation_id names, or in another transaction.';
  end if;
  if not exists (select from public.organisations as o where o.id = log_app_event.organisation_id) then
    raise exception 'no such organisation'
      using errcode = 'CD010', hint = 'Pass the id of the organisation for which the application worked.';
  end if;
  insert into audit.app_events (organisation_id, event_type, details)
  values (log_app_event.organisation_id, log_app_event.event_type, coalesce(log_app_event.details, '{}'));
end
$$;
comment on function public.log_app_event(uuid, text, jsonb) is
  'Writes one row into audit.app_events, without what could name a person or a record. 42501 for who is no server, 22023 for an unknown type, CD004 in a transaction pinned elsewhere, CD010 for an unknown organisation. [S-39]';
alter function public.log_app_event(uuid, text, jsonb) owner to cordon_definer;
revoke all on function public.log_app_event(uuid, text, jsonb) from public;
grant execute on function public.log_app_event(uuid, text, jsonb) to service_role;
