-- authz.emergency_of: the one definition of a broken glass that counts. It opens nothing of a patient who refused it, in a
-- consent in force or by a restriction, also when the refusal came after it was opened.
create or replace function authz.emergency_of(organisation_id uuid, user_id uuid, at timestamptz)
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
      select array_agg(g.patient_id)
      from public.emergency_access_grants as g
      where g.organisation_id = emergency_of.organisation_id
        and g.user_id = emergency_of.user_id
        and g.opened_at <= at
        and g.expires_at > at
        and g.ended_at is null
        -- Not in the transaction that opened it: rolled back, it would have been read without a trace.
        and g.opened_in is distinct from pg_current_xact_id_if_assigned()
        and g.review_outcome is null
        and g.archived_at is null
        and not authz.refuses_emergency(g.organisation_id, g.patient_id, g.user_id)
    ),
    '{}'
  );
end
$$;
comment on function authz.emergency_of(uuid, uuid, timestamptz) is
  'Patients of an organisation for whom a user holds a live emergency grant at a moment. [N-18]';
alter function authz.emergency_of(uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.emergency_of(uuid, uuid, timestamptz) from public;
