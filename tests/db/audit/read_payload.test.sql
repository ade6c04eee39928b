-- audit.read_payload: what a message of the log says, and that nothing else than a record is one: what the table would not take ends with itself.
begin;
select plan(59);

-- A record as a statement writes it: 22 fields, of which some say otherwise.
create function pg_temp.fields(place integer default null, other text default null, another integer default null, value text default null) returns text[] language plpgsql as $$
declare
  v_fields text[] := array['1780315200000000', '1780315200000000', '1780315200000000', '42', '7', 'provider', 'a1000000-0000-7000-8000-000000000002', 'a1000000-0000-7000-9000-000000000002', 'doctor',
    'a0000000-0000-7000-8000-000000000001', 'medical_records', 'SELECT', 'detailed', 'allowed', null, 'treatment', null, '192.0.2.7', 'edge', 'agent', null, null];
begin
  if place is not null then v_fields[place] := other; end if;
  if another is not null then v_fields[another] := value; end if;
  return v_fields;
end
$$;
create function pg_temp.reads(place integer default null, other text default null, another integer default null, value text default null) returns boolean language sql as $$
  select audit.read_payload(convert_to(pg_temp.fields(place, other, another, value)::text, 'UTF8'), false) = pg_temp.fields(place, other, another, value)
$$;
select ok(pg_temp.reads(), 'a record is read as it was written [N-35 +]');
select ok(pg_temp.reads(f.n) is null, format('field %s is never missing [N-35 -]', f.n)) from unnest('{1,2,3,4,6,11,12,13,14}'::integer[]) as f (n);
select ok(pg_temp.reads(f.n), format('field %s may be [N-35 +]', f.n)) from unnest('{5,7,8,9,10,15,16,17,20,21,22}'::integer[]) as f (n);
select ok(pg_temp.reads(f.n, f.other) is null, format('field %s is not %s [N-35 -]', f.n, f.other))
from (values (1, 'x'), (2, 'x'), (3, '9223372036854775807'), (4, 'x'), (5, 'x'), (7, 'x'), (8, 'x'), (10, 'x'), (18, 'x'), (21, 'x'), (22, 'x')) as f (n, other);
select ok(pg_temp.reads(f.n, f.other), format('field %s may be %s [N-35 +]', f.n, f.other))
from (values (6, 'patient'), (6, 'internal_ops'), (12, 'INSERT'), (12, 'UPDATE'), (13, 'basic'), (13, 'comprehensive'), (14, 'disclosed')) as f (n, other);
select ok(pg_temp.reads(6, 'system') is null and pg_temp.reads(12, 'DELETE') is null and pg_temp.reads(13, 'none') is null and pg_temp.reads(14, 'tried') is null and pg_temp.reads(19, 'client') is null, 'a word is one of ours [N-35 -]');
select ok(pg_temp.reads(14, 'denied') is null, 'what was denied says why [N-35 -]');
select ok(pg_temp.reads(14, 'denied', 15, 'role'), 'then it is one [N-35 +]');
select ok(pg_temp.reads(15, 'role') is null, 'what was allowed says no why [N-35 -]');
select ok(pg_temp.reads(21, 'a3000000-0000-7000-8000-000000000001') is null, 'a row is named where it was disclosed [N-35 -]');
select ok(pg_temp.reads(21, 'a3000000-0000-7000-8000-000000000001', 14, 'disclosed'), 'there it is [N-35 +]');
select ok(pg_temp.reads(18) is null, 'an address is known to the edge [N-35 -]');
select ok(pg_temp.reads(18, null, 19, 'unknown'), 'or is none, and unknown [N-35 +]');
select ok(pg_temp.reads(19, 'unknown') is null, 'and not both [N-35 -]');
select is(audit.read_payload(convert_to((pg_temp.fields() || 'more'::text)::text, 'UTF8'), false), null, 'of one field more it is none [N-35 -]');
select is(audit.read_payload(convert_to((pg_temp.fields())[1:21]::text, 'UTF8'), false), null, 'nor of one less [N-35 -]');
select is(audit.read_payload(convert_to(' ' || pg_temp.fields()::text, 'UTF8'), false), null, 'nor what begins otherwise [N-35 -]');
select is(audit.read_payload('\xff', false), null, 'nor what is no text [N-35 -]');
select is(audit.read_payload(convert_to('{a', 'UTF8'), false), null, 'nor no array [N-35 -]');

-- Of a row that was disclosed, which is written as bytes.
create function pg_temp.row_reads(after interval default '0', more jsonb default '{}') returns text[] language sql as $$
  select audit.read_payload(audit.access_payload(jsonb_populate_record(null::audit.access_log, jsonb_build_object(
    'key_id', -1, 'occurred_at', '2026-06-01 12:00Z'::timestamptz + after, 'statement_at', '2026-06-01 12:00Z', 'transaction_at', '2026-06-01 12:00Z', 'backend_pid', 42, 'transaction_id', 7, 'realm', 'provider',
    'user_id', 'a1000000-0000-7000-8000-000000000002', 'session_id', 'a1000000-0000-7000-9000-000000000002', 'role', 'doctor', 'organisation_id', 'a0000000-0000-7000-8000-000000000001', 'table_name', 'medical_records',
    'operation', 'SELECT', 'audit_level', 'detailed', 'outcome', 'disclosed', 'purpose', 'treatment', 'client_address', '192.0.2.7', 'address_source', 'edge', 'user_agent', 'agent',
    'row_id', 'a7000000-0000-7000-8000-000000000001', 'patient_id', 'a3000000-0000-7000-8000-000000000001') || more)), true)
$$;
select is(pg_temp.row_reads(), array['1780315200000000', '1780315200000000', '1780315200000000', '42', '7', 'provider', 'a1000000-0000-7000-8000-000000000002', 'a1000000-0000-7000-9000-000000000002', 'doctor',
  'a0000000-0000-7000-8000-000000000001', 'medical_records', 'SELECT', 'detailed', 'disclosed', null, 'treatment', null, '192.0.2.7', 'edge', 'agent', 'a7000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001'],
  'a row is read as what it was disclosed of [N-35 +]');
select is((pg_temp.row_reads(more => '{"organisation_id": "00000000-0000-0000-0000-000000000000", "row_id": null, "patient_id": null}'))[10], null, 'of no organisation, where it was of none [N-35 +]');
select is((pg_temp.row_reads('-1 minute'))[1] || (pg_temp.row_reads('32 days'))[1], '17803151400000001783080000000000', 'at a moment from a minute before its transaction to a month after [N-35 +]');
select is(pg_temp.row_reads('-1 minute -1 microsecond'), null, 'not before [N-35 -]');
select is(pg_temp.row_reads('32 days 1 microsecond'), null, 'nor after [N-35 -]');
select is(audit.read_payload('\x00', true), null, 'nor of bytes that are none [N-35 -]');

select * from finish();
rollback;
