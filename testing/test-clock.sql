-- The test's clock: authz.now() as the test sets it, else as it is. Production has no such function body: what decides
-- about hours and expiry there can be set by nobody.
create or replace function authz.now()
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(nullif(current_setting('test.now', true), '')::timestamptz, clock_timestamp());
end
$$;

-- Tests that are not about hours pass at any hour.
do $$
declare
  v_organisation_id uuid;
begin
  for v_organisation_id in select s.organisation_id from public.organisation_settings as s loop
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);
    update public.organisation_settings set business_hours = '{"start": 0, "end": 24}' where organisation_id = v_organisation_id;
  end loop;
end
$$;
