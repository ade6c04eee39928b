-- authz.treated_by: the one definition of treating. A relationship counts from its start to its end, half-open; a patient
-- may shut one person out, and nobody treats by a relationship of their own making (care_relationships says who writes).
create or replace function authz.treated_by(organisation_id uuid, user_id uuid, at timestamptz)
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(c.patient_id)
      from public.care_relationships as c
      where c.organisation_id = treated_by.organisation_id
        and c.user_id = treated_by.user_id
        and c.archived_at is null
        and c.starts_at <= at
        and (c.ends_at is null or c.ends_at > at)
        and c.patient_id <> all (
          array(
            select r.patient_id
            from public.access_restrictions as r
            where r.organisation_id = treated_by.organisation_id
              and r.restricted_user_id = treated_by.user_id
              and r.lifted_at is null
              and r.archived_at is null
          )
        )
    ),
    '{}'
  );
end
$$;
comment on function authz.treated_by(uuid, uuid, timestamptz) is
  'Patients of an organisation whom a user treats at a moment, without those who shut them out. [N-21]';
alter function authz.treated_by(uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.treated_by(uuid, uuid, timestamptz) from public;
