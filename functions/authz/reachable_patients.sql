-- authz.reachable_patients: the index condition of what asks for a care relationship or for broken glass. Too many on purpose: of every
-- organisation of the user, not verified. What decides stands behind it in the policy and compares organisation and patient at once,
-- which no index on patient_id can answer.
create or replace function authz.reachable_patients()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_subject constant uuid := authz.subject();
  v_at constant timestamptz := authz.now();
begin
  return coalesce(
    (
      select array_agg(p.patient_id)
      from authz.live_memberships as m
      cross join lateral (
        select c.patient_id
        from public.care_relationships as c
        where c.organisation_id = m.organisation_id
          and c.user_id = m.user_id
          and c.archived_at is null
          and (c.ends_at is null or c.ends_at > v_at)
        union all
        select g.patient_id
        from public.emergency_access_grants as g
        where g.organisation_id = m.organisation_id
          and g.user_id = m.user_id
          and g.ended_at is null
          and g.expires_at > v_at
      ) as p
      where m.user_id = v_subject
    ),
    '{}'
  );
end
$$;
comment on function authz.reachable_patients() is
  'Patients of any organisation whom the caller may treat or hold an emergency grant for: finds rows by index, decides nothing. [N-31]';
alter function authz.reachable_patients() owner to cordon_definer;
revoke all on function authz.reachable_patients() from public;
grant execute on function authz.reachable_patients() to authenticated;
