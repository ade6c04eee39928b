-- authz.care_periods: when staff of the reader's organisation treated a patient, or had broken the glass for one, as far as it touches what is
-- examined: for who examines the access log, whose own rights show neither the patients that were archived since nor broken glass. A relationship
-- covers nothing that was read before somebody wrote it down, whatever start it was given.
create or replace function authz.care_periods(since timestamptz)
  returns table (organisation_id uuid, patient_id uuid, user_id uuid, treated tstzmultirange, emergency tstzmultirange)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{}', '{auditor}'), authz.organisation_for('{}', '{privacy_officer}')
  );
begin
  if v_organisation_id is null then
    return;
  end if;
  return query
  select
    v_organisation_id, p.patient_id, p.user_id,
    coalesce(range_agg(p.period) filter (where not p.is_emergency), '{}'),
    coalesce(range_agg(p.period) filter (where p.is_emergency), '{}')
  from (
    select c.patient_id, c.user_id, tstzrange(k.from_at, greatest(k.until_at, k.from_at)) as period, false as is_emergency
    from public.care_relationships as c
    cross join lateral (
      select greatest(c.starts_at, c.created_at) as from_at, least(c.ends_at, c.archived_at, 'infinity') as until_at
    ) as k
    where c.organisation_id = v_organisation_id
      and k.until_at > since
    union all
    select g.patient_id, g.user_id, tstzrange(g.opened_at, coalesce(g.ended_at, g.expires_at)), true
    from public.emergency_access_grants as g
    where g.organisation_id = v_organisation_id
      and g.expires_at > since
  ) as p
  group by p.patient_id, p.user_id;
end
$$;
comment on function authz.care_periods(timestamptz) is
  'By patient and member of staff: when they treated, and when they had broken the glass, of what lasts beyond a moment. Nothing for who is neither auditor nor privacy officer. [N-39]';
alter function authz.care_periods(timestamptz) owner to cordon_definer;
revoke all on function authz.care_periods(timestamptz) from public;
grant execute on function authz.care_periods(timestamptz) to authenticated;
