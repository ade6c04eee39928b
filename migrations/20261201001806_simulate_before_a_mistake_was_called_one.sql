-- migrate:up
-- Why: a patient who called their consent a mistake rewrote the past: the simulation said that a doctor who had read lawfully was not allowed
-- Access: 1 definer function
--   ~ authz.record_at is written, and runs with the rights of its owner
--   widens: authz.record_at(jsonb, jsonb, uuid, timestamp with time zone), which 5 functions, 4 policies and 1 trigger ask, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.record_at: what decisions about a row depend on, with the consents of a moment in the past, and whether a user treated the patient at it: by
-- what somebody had written down by then, whatever start they gave it, or what the server imported, also where it was put away since. What a row
-- carries (treatment_consent_until) holds today, also of who consented since, and no more of who has withdrawn. A consent that was called a mistake
-- opened the chart until it was called one: who read under it did so by what stood there, and a patient who says so later does not undo that.
create or replace function authz.record_at(rules jsonb, record jsonb, user_id uuid, at timestamptz)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return record || coalesce(
    (
      select jsonb_object_agg(
               k.name,
               (
                 select max(
                          least(
                            c.expires_at, c.superseded_at, c.withdrawn_at,
                            case when c.status in ('expired', 'entered_in_error') then c.last_status_change_at end, 'infinity'
                          )
                        )
                 from public.consents as c
                 where c.organisation_id = (record ->> (rules ->> 'tenantKey'))::uuid
                   and c.patient_id = (record ->> (rules ->> 'patientKey'))::uuid
                   and c.purpose || '_consent_until' = k.name
                   and c.given_at <= at
                   and c.status in ('active', 'withdrawn', 'expired', 'entered_in_error')
                   and c.archived_at is null
               )
             )
      from jsonb_object_keys(record) as k (name)
      where right(k.name, 14) = '_consent_until'
    ),
    '{}'
  ) || jsonb_build_object(
    'treated_then',
    exists (
      select
      from public.care_relationships as c
      where c.organisation_id = (record ->> (rules ->> 'tenantKey'))::uuid
        and c.patient_id = (record ->> (rules ->> 'patientKey'))::uuid
        and c.user_id = record_at.user_id
        and case when c.created_by_user_id is null then c.starts_at else greatest(c.starts_at, c.created_at) end <= at
        and least(c.ends_at, c.archived_at, 'infinity') > at
        and not exists (
          select
          from public.access_restrictions as r
          where r.organisation_id = c.organisation_id
            and r.patient_id = c.patient_id
            and r.restricted_user_id = c.user_id
            and r.lifted_at is null
            and r.archived_at is null
        )
    )
  );
end
$$;

-- migrate:down
