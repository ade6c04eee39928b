-- authz.patients_in_care: the caller's patients, below the organisation where they are theirs: a policy asks for organisation and patient at once. Each
-- way is asked for by itself, and only where a row takes it: broken glass, of what the usual conditions do not open. The hours ride along with treating: a
-- call of their own would verify the token once more. A map and no array: it is asked of every row, and an array is read from its beginning each time.
create or replace function authz.patients_in_care(way text, required_hours integer[])
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_ids uuid[];
begin
  if v_caller.member_of is null
    or (required_hours is not null and not authz.is_within_hours(v_caller.member_of, required_hours, authz.now()))
  then
    return '{}';
  end if;
  v_ids := case way
    when 'treating' then authz.treated_by(v_caller.member_of, v_caller.user_id, authz.now())
    when 'emergency' then authz.emergency_of(v_caller.member_of, v_caller.user_id, authz.now())
  end;
  -- By functions alone: a query would cost more than what it makes.
  return jsonb_build_object(v_caller.member_of, jsonb_object(v_ids::text[], array_fill(way, array[cardinality(v_ids)])));
end
$$;
comment on function authz.patients_in_care(text, integer[]) is
  '{organisation: {patient: way}} of whom the caller treats now in the current organisation (treating), or holds a live emergency grant for (emergency), within the hours (NULL: any, empty: business); {} otherwise. [N-18, N-21, N-28]';
alter function authz.patients_in_care(text, integer[]) owner to cordon_definer;
revoke all on function authz.patients_in_care(text, integer[]) from public;
grant execute on function authz.patients_in_care(text, integer[]) to authenticated;
