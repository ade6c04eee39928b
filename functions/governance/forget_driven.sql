-- governance.forget_driven: takes out of jobs that are over, and stay because it is on record who drove them, where from and where to: that a vehicle and
-- a crew were on a job has to be told for as long as they are there, and where it fetched somebody serves nobody once its time is over. For whose grants
-- were written before when; a hold of the company, of the clinic that sent the patient, or on the patient, keeps it.
create or replace function governance.forget_driven(dues jsonb, out organisation_id uuid, out record_keys text[])
  returns setof record
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids uuid[];
begin
  for organisation_id, v_ids in
    select j.organisation_id, array_agg(j.id)
    from jsonb_to_recordset(dues) as due (organisation_id uuid, retention text, written_before timestamptz)
    join public.transfer_jobs as j on j.organisation_id = due.organisation_id
    where due.retention = 'grant'
      and greatest(j.created_at, j.updated_at) <= due.written_before
      and j.expires_at <= authz.now()
      and not j.packet @> '{"pickup": "erased", "destination": "erased"}'
      and not exists (
        select
        from public.legal_holds as h
        where h.released_at is null
          and h.organisation_id in (j.organisation_id, j.origin_organisation_id)
          and (
            h.patient_id is null
            or exists (
              select
              from public.transfers as t
              where t.organisation_id = h.organisation_id
                and t.id = j.transfer_id
                and t.patient_id = h.patient_id
            )
          )
      )
    group by j.organisation_id
    order by j.organisation_id
  loop
    perform set_config('app.pinned_organisation_id', forget_driven.organisation_id::text, true);
    with forgotten as (
      update public.transfer_jobs as j
         set packet = j.packet || '{"pickup": "erased", "destination": "erased"}'
       where j.organisation_id = forget_driven.organisation_id
         and j.id = any (v_ids)
      returning array[j.organisation_id::text, j.id::text]::text as key
    )
    select array_agg(f.key order by f.key collate "C") into forget_driven.record_keys from forgotten as f;
    return next;
  end loop;
end
$$;
comment on function governance.forget_driven(jsonb) is
  'Forgets where jobs fetched and brought somebody, of organisations and moments {organisation_id, retention, written_before}[]: their keys by organisation. [N-24, N-49]';
revoke all on function governance.forget_driven(jsonb) from public;
