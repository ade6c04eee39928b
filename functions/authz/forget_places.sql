-- authz.forget_places: takes out of the jobs that drove a patient where from and where to: an address is theirs, and a text may say more than a place.
create or replace function authz.forget_places(organisation_id uuid, patient_id uuid)
  returns text[]
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_keys text[];
begin
  with blanked as (
    update public.transfer_jobs as j
       set packet = j.packet || '{"pickup": "erased", "destination": "erased"}'
      from public.transfers as t
     where t.organisation_id = forget_places.organisation_id
       and t.patient_id = forget_places.patient_id
       and j.organisation_id = t.transport_organisation_id
       and j.origin_organisation_id = t.organisation_id
       and j.transfer_id = t.id
       and not j.packet @> '{"pickup": "erased", "destination": "erased"}'
    returning array[j.organisation_id::text, j.id::text]::text as key
  )
  select array_agg(b.key order by b.key collate "C") into v_keys from blanked as b;
  return v_keys;
end
$$;
comment on function authz.forget_places(uuid, uuid) is
  'Forgets where jobs fetched and brought a patient of an organisation; the keys of those jobs, NULL for none. [N-24, N-49]';
alter function authz.forget_places(uuid, uuid) owner to cordon_definer;
revoke all on function authz.forget_places(uuid, uuid) from public;
