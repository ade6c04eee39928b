-- authz.is_taken_off: whether a clinic_admin's word stands against what a colleague, or a visit, would open: they put somebody out of a patient's care, since a
-- moment where one is given, and neither a clinic_admin nor the server has assigned them anew. A visit that was left to them when they were put out of
-- something else stays theirs.
create or replace function authz.is_taken_off(
  organisation_id uuid, patient_id uuid, user_id uuid, since timestamptz default '-infinity', appointment_id uuid default null
)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.care_relationships as c
    where c.organisation_id = is_taken_off.organisation_id
      and c.patient_id = is_taken_off.patient_id
      and c.user_id = is_taken_off.user_id
      -- Its transaction's moment, which may be before this visit was booked: who was put out of the visit itself is out of it.
      and (c.taken_off_at >= since or (c.taken_off_at is not null and c.ground = 'appointment' and c.ground_id = is_taken_off.appointment_id))
      and not exists (
        select
        from public.care_relationships as a
        where a.organisation_id = c.organisation_id
          and a.patient_id = c.patient_id
          and a.user_id = c.user_id
          and a.handed_from_id is null
          and a.taken_off_at is null
          and (
            (a.ground = 'assignment' and a.created_at >= c.taken_off_at)
            or (
              a.ground = 'appointment'
              and a.ground_id = appointment_id
              and a.created_at < c.taken_off_at
              and a.ends_at > c.taken_off_at
              and (a.archived_at is null or a.archived_at > c.taken_off_at)
            )
          )
      )
  );
end
$$;
comment on function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) is
  'Whether a clinic_admin put somebody out of a patient''s care, since then, and nobody assigned them anew; not where this visit was left to them. [N-21]';
alter function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) owner to cordon_definer;
revoke all on function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) from public;
