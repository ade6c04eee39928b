-- What two clinics read, signed as the policies sign it and written as the drain writes it: the log of a database that was never drained is empty.
select audit.note_access_gap('seed', 'seed', null, '0/1', 'first slot');

select audit.take_access_records(
  'seed', 'seed', array_agg(m.position order by m.position), array_agg(m.message order by m.position), '0/4'
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
             'patients', 'SELECT', 'detailed', 'allowed', null, 'treatment', null, '192.0.2.10', 'edge', 'seed', null, null
           ]::text, 'UTF8') as payload
    from (values
      (1, 'a1000000-0000-7000-8000-000000000002', 'doctor', 'a0000000-0000-7000-8000-000000000001'),
      (2, 'b1000000-0000-7000-8000-000000000002', 'doctor', 'b0000000-0000-7000-8000-000000000001'),
      (3, 'c1000000-0000-7000-8000-000000000001', 'clinic_admin', 'c0000000-0000-7000-8000-000000000001')
    ) as v (place, user_id, role, organisation_id)
  ) as r
  where k.key_id = 1
) as m;
