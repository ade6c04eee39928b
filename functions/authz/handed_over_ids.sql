-- authz.handed_over_ids: lets an index find what operations hold; authz.is_handed_over decides, since ids are unique only within a tenant.
create or replace function authz.handed_over_ids(kind text)
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    case kind
      when 'case' then (select array_agg(h.id) from authz.handed_over_cases as h)
      when 'bed' then (
        select array_agg(distinct a.bed_id)
        from authz.handed_over_cases as h
        join public.admissions as a on a.organisation_id = h.organisation_id and a.case_id = h.id and a.patient_id = h.patient_id
        where a.status = 'admitted'
          and a.archived_at is null
      )
      else (select array_agg(distinct h.patient_id) from authz.handed_over_cases as h)
    end,
    '{}'
  );
end
$$;
comment on function authz.handed_over_ids(text) is
  'Ids of the cases, patients or beds (case, bed, patient, consenting_patient) of cases that operations hold. [S-29]';
alter function authz.handed_over_ids(text) owner to cordon_definer;
revoke all on function authz.handed_over_ids(text) from public;
grant execute on function authz.handed_over_ids(text) to internal_ops;
