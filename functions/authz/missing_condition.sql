-- authz.missing_condition: what keeps a member from what a table's rules open, by the rules themselves: the condition that the nearest rule misses.
create or replace function authz.missing_condition(membership authz.membership, capabilities text[], table_name text, operation text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule jsonb;
  v_missing text;
  v_nearest text := 'role';
begin
  if to_regproc('authz.rules_' || table_name) is null then
    return 'role';
  end if;
  for v_rule in
    select r
    from jsonb_array_elements(authz.rules_of(table_name) -> 'rules') as r
    where r ->> 'realm' = 'provider'
      and r ->> 'operation' = missing_condition.operation
      and (r -> 'roles' = '[]' or r -> 'roles' ? membership.role)
  loop
    v_missing := case
      when not v_rule -> 'capabilities' <@ to_jsonb(capabilities) then 'capability'
      when (v_rule ->> 'network')::boolean
        and not authz.is_within_networks(membership.organisation_id, authz.client_address()) then 'network'
      when v_rule -> 'purposes' <> '[]' and not v_rule -> 'purposes' ? authz.purpose() then 'purpose'
      else 'hours'
    end;
    if array_position(array['role', 'capability', 'network', 'purpose', 'hours'], v_missing)
      > array_position(array['role', 'capability', 'network', 'purpose', 'hours'], v_nearest)
    then
      v_nearest := v_missing;
    end if;
  end loop;
  return v_nearest;
end
$$;
comment on function authz.missing_condition(authz.membership, text[], text, text) is
  'role, capability, network, purpose or hours: what the nearest rule for the operation asks and the member lacks. [N-29]';
alter function authz.missing_condition(authz.membership, text[], text, text) owner to cordon_definer;
revoke all on function authz.missing_condition(authz.membership, text[], text, text) from public;
