-- authz.recipients_of: to whom data of a patient went, and who must now be told that it was erased (LGPD art. 18 par. 6, GDPR art. 19): each once, with
-- the last time. Not the patient, who knows; nor operations, whose view
-- closes by itself; nor whoever took it within the clinic.
create or replace function authz.recipients_of(organisation_id uuid, patient_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'recipient_kind', r.recipient_kind, 'recipient_name', r.recipient_name, 'recipient_organisation_id', r.recipient_organisation_id,
          'last_disclosed_at', to_char(r.last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'disclosures', r.times
        )
        order by r.recipient_kind, r.recipient_name, r.recipient_organisation_id
      ),
      '[]'
    )
    from (
      select d.recipient_kind, d.recipient_name, d.recipient_organisation_id, max(d.disclosed_at) as last_at, count(*) as times
      from public.disclosures as d
      where d.organisation_id = recipients_of.organisation_id
        and d.patient_id = recipients_of.patient_id
        and d.recipient_kind not in ('patient', 'operations')
        and d.recipient_organisation_id is distinct from d.organisation_id
      group by d.recipient_kind, d.recipient_name, d.recipient_organisation_id
    ) as r
  );
end
$$;
comment on function authz.recipients_of(uuid, uuid) is
  'Recipients of a patient''s data [{recipient_kind, recipient_name, recipient_organisation_id, last_disclosed_at, disclosures}], without the patient, operations and the clinic itself. [N-37, N-49]';
alter function authz.recipients_of(uuid, uuid) owner to cordon_definer;
revoke all on function authz.recipients_of(uuid, uuid) from public;
