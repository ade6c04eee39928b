-- authz.chosen_organisation_id: the organisation that the caller asks to act in. It only ever chooses among live
-- memberships (organisation_for checks), so a forged value opens nothing: it is looked up, not believed.
-- Order: setting (SQL clients; app.current_clinic_id is neonpro's name), header (HTTP), token (default of the login).
create or replace function authz.chosen_organisation_id(claims jsonb)
  returns uuid
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation constant text := nullif(current_setting('app.current_organisation_id', true), '');
  v_clinic constant text := nullif(current_setting('app.current_clinic_id', true), '');
begin
  if v_organisation::uuid <> v_clinic::uuid then
    raise exception 'app.current_organisation_id and app.current_clinic_id name two organisations'
      using errcode = 'CD002', hint = 'They are two names of one setting: set one of them.';
  end if;
  return coalesce(
    v_organisation,
    v_clinic,
    nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-organisation-id', ''),
    nullif(claims -> 'app_metadata' ->> 'organisation_id', '')
  )::uuid;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, a number out of range, too deep
    raise exception 'the chosen organisation is not a UUID'
      using errcode = 'CD002',
        hint = 'Give the organisation''s id in app.current_organisation_id or the header x-organisation-id.';
end
$$;
comment on function authz.chosen_organisation_id(jsonb) is
  'Organisation named by setting, header or token, unverified; malformed ones deny with CD002. [N-11, N-23]';
revoke all on function authz.chosen_organisation_id(jsonb) from public;
grant execute on function authz.chosen_organisation_id(jsonb) to cordon_definer;
