-- What two clinics read, signed as the policies sign it and written as the drain writes it: the log of a database that was never drained is empty.
-- At both the doctor was shown the record of a patient whom they treat no more: somebody will have to say how.
select audit.note_access_gap('seed', 'seed', null, '0/1', 'first slot');

select audit.take_access_records(
  'seed', 'seed', array_agg(m.position order by m.position), array_agg(m.message order by m.position), '0/6'
)
from (
  select ('0/' || r.place)::pg_lsn as position,
         decode('4d00', 'hex') || decode(repeat('00', 8), 'hex') || convert_to('cordon.access', 'UTF8') || decode('00', 'hex') || int4send(0)
           || int8send(k.key_id) || sha256(k.outer_pad || sha256(k.inner_pad || r.payload)) || r.payload as message
  from audit.access_keys as k
  cross join lateral (
    select v.place,
           convert_to(array[
             (extract(epoch from now()) * 1000000)::bigint::text, (extract(epoch from now()) * 1000000)::bigint::text,
             (extract(epoch from now()) * 1000000)::bigint::text, v.place::text, null, 'provider', v.user_id, null, v.role, v.organisation_id,
             v.table_name, 'SELECT', v.audit_level, v.outcome, null, 'treatment', null, '192.0.2.10', 'edge', 'seed', v.row_id, v.patient_id
           ]::text, 'UTF8') as payload
    from (values
      (1, 'a1000000-0000-7000-8000-000000000002', 'doctor', 'a0000000-0000-7000-8000-000000000001', 'patients', 'detailed', 'allowed', null, null),
      (2, 'b1000000-0000-7000-8000-000000000002', 'doctor', 'b0000000-0000-7000-8000-000000000001', 'patients', 'detailed', 'allowed', null, null),
      (3, 'c1000000-0000-7000-8000-000000000001', 'clinic_admin', 'c0000000-0000-7000-8000-000000000001', 'patients', 'detailed', 'allowed', null, null),
      (4, 'a1000000-0000-7000-8000-000000000002', null, 'a0000000-0000-7000-8000-000000000001', 'medical_records', 'comprehensive', 'disclosed',
        'ab000000-0000-7000-8000-000000000004', 'a3000000-0000-7000-8000-000000000003'),
      (5, 'b1000000-0000-7000-8000-000000000002', null, 'b0000000-0000-7000-8000-000000000001', 'medical_records', 'comprehensive', 'disclosed',
        'bb000000-0000-7000-8000-000000000004', 'b3000000-0000-7000-8000-000000000003')
    ) as v (place, user_id, role, organisation_id, table_name, audit_level, outcome, row_id, patient_id)
  ) as r
  where k.key_id = 1
) as m;
