-- audit.take_access_records: of the messages of the WAL those that a key of ours signed, while it signed, become records, once each; the others are counted.
begin;
select plan(16);

alter table audit.access_keys disable trigger user;
-- Two keys, of which the second followed at noon, and one of the highest number.
insert into audit.access_keys (key_id, inner_pad, outer_pad, created_at) values
  (901, decode(repeat('a1', 64), 'hex'), decode(repeat('b1', 64), 'hex'), '2026-06-01 06:00Z'), (902, decode(repeat('a2', 64), 'hex'), decode(repeat('b2', 64), 'hex'), '2026-06-01 12:00Z'),
  (9223372036854775806, decode(repeat('a3', 64), 'hex'), decode(repeat('b3', 64), 'hex'), '2026-06-01 06:00Z');
-- A message as the server sends it: of a record of that process, in a transaction that began then, signed by one key in the name of another.
create function pg_temp.message(process text, key bigint default 901, began timestamptz default '2026-06-01 11:00Z', flags text default '00', named bigint default null, payload bytea default null, disclosed boolean default false) returns bytea language sql as $$
  select '\x4d'::bytea || decode(flags, 'hex') || int8send(0) || convert_to('cordon.access', 'UTF8') || '\x00'::bytea || int4send(0) || int8send(case when disclosed then -1 else 1 end * coalesce(named, key))
    || case when disclosed then audit.disclosure_hmac(k.inner_pad, k.outer_pad, p.payload) else sha256(k.outer_pad || sha256(k.inner_pad || p.payload)) end || p.payload
  from audit.access_keys as k, lateral (select coalesce(message.payload, audit.access_payload(jsonb_populate_record(null::audit.access_log, jsonb_build_object(
    'key_id', case when disclosed then -1 else 1 end, 'occurred_at', began, 'statement_at', began, 'transaction_at', began, 'backend_pid', process, 'transaction_id', 7, 'realm', 'provider', 'user_id', 'a1000000-0000-7000-8000-000000000002',
    'session_id', 'a1000000-0000-7000-9000-000000000002', 'role', 'doctor', 'organisation_id', 'a0000000-0000-7000-8000-000000000001', 'table_name', 'medical_records',
    'operation', 'SELECT', 'audit_level', 'detailed', 'outcome', case when disclosed then 'disclosed' else 'allowed' end, 'purpose', 'treatment', 'address_source', 'unknown')))) as payload) as p
  where k.key_id = message.key
$$;
create temporary table before as select e.id from audit.access_log_exceptions as e;
-- What is answered of some messages, what is in the log of them, what is noted of the rest, and how far it was read; all taken back.
create function pg_temp.taken(variadic messages bytea[] default '{}') returns text language plpgsql as $$
declare
  v_said text;
begin
  v_said := audit.take_access_records('planted', 'server', array(select ('0/' || to_hex(n))::pg_lsn from generate_series(16, 15 + coalesce(cardinality(messages), 0)) as n), messages, '0/FF')::text;
  v_said := concat_ws(' | ', v_said,
    (select string_agg(concat_ws(' ', l.backend_pid, 'key', l.key_id, 'at', l.lsn), ', ' order by l.lsn) from audit.access_log as l where l.lsn ~ '^0/[0-9A-F]{2}$' and l.key_id::text ~ '90[12]$|06$' ),
    (select string_agg(concat_ws(' ', e.kind, e.slot_name, e.from_lsn, e.to_lsn, e.records, e.cause), ', ' order by e.kind) from audit.access_log_exceptions as e where not exists (select from before as b where b.id = e.id)),
    (select concat_ws(' ', d.system_identifier, d.position, d.records, case when d.drained_at between now() and clock_timestamp() then 'now' end) from audit.access_drains as d where d.slot_name = 'planted'));
  raise exception 'taken back' using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return v_said;
end
$$;
select is(pg_temp.taken(), '{"forged": 0, "records": 0, "replayed": 0} | server 0/FF 0 now',
  'of no message nothing is taken, and it is written down how far was read [N-35 +]');
select is(pg_temp.taken(pg_temp.message('11'), pg_temp.message('12', 902)), '{"forged": 0, "records": 2, "replayed": 0} | 11 key 901 at 0/10, 12 key 902 at 0/11 | server 0/FF 2 now',
  'what was signed is taken, by which key, and from where [N-35 +]');
select is(pg_temp.taken(pg_temp.message('11', disclosed => true)), '{"forged": 0, "records": 1, "replayed": 0} | 11 key -901 at 0/10 | server 0/FF 1 now',
  'a row that was disclosed is taken under the negative number of its key [N-35 +]');
select is(pg_temp.taken(pg_temp.message('11', 9223372036854775806, disclosed => true), pg_temp.message('12', 9223372036854775806)), '{"forged": 0, "records": 2, "replayed": 0} | 11 key -9223372036854775806 at 0/10, 12 key 9223372036854775806 at 0/11 | server 0/FF 2 now',
  'whatever number the key has [N-35 +]');
select is(pg_temp.taken(pg_temp.message('11'), pg_temp.message('11')), '{"forged": 0, "records": 1, "replayed": 1} | 11 key 901 at 0/10 | replayed planted 0/10 0/FF 1 copy | server 0/FF 1 now',
  'a copy is no second record, and is counted [N-35 -]');
select is(pg_temp.taken(pg_temp.message('11', flags => '01')), '{"forged": 1, "records": 0, "replayed": 0} | forged planted 0/10 0/FF 1 signature | server 0/FF 0 now',
  'a message of a transaction is none of ours, signed or not [N-35 -]');
select is(pg_temp.taken(pg_temp.message('11', named => 902)), '{"forged": 1, "records": 0, "replayed": 0} | forged planted 0/10 0/FF 1 signature | server 0/FF 0 now',
  'nor is what one key signed in the name of another [N-35 -]');
select is(pg_temp.taken(pg_temp.message('11', named => -901)), '{"forged": 1, "records": 0, "replayed": 0} | forged planted 0/10 0/FF 1 signature | server 0/FF 0 now',
  'nor a record that is signed as a row [N-35 -]');
select is(pg_temp.taken(pg_temp.message('11', named => 903)), '{"forged": 1, "records": 0, "replayed": 0} | forged planted 0/10 0/FF 1 signature | server 0/FF 0 now',
  'nor what names a key that there is not [N-35 -]');
select is(pg_temp.taken(pg_temp.message('11') || '\x20'::bytea), '{"forged": 1, "records": 0, "replayed": 0} | forged planted 0/10 0/FF 1 signature | server 0/FF 0 now',
  'nor what was changed [N-35 -]');
select is(pg_temp.taken(substring(pg_temp.message('11') for 28), pg_temp.message('12')), '{"forged": 1, "records": 1, "replayed": 0} | 12 key 901 at 0/11 | forged planted 0/10 0/FF 1 signature | server 0/FF 1 now',
  'nor what is cut short, which keeps nothing else from the log [N-35 -, N-35 +]');
select is(pg_temp.taken(pg_temp.message('11', payload => '\x')), '{"forged": 1, "records": 0, "replayed": 0} | forged planted 0/10 0/FF 1 signature | server 0/FF 0 now',
  'nor nothing, signed [N-35 -]');
select is(pg_temp.taken(pg_temp.message('11', payload => convert_to('not a record', 'UTF8')), pg_temp.message('12')), '{"forged": 1, "records": 1, "replayed": 0} | 12 key 901 at 0/11 | forged planted 0/10 0/FF 1 signature | server 0/FF 1 now',
  'nor what is signed and no record, which keeps nothing else from it either [N-35 -, N-35 +]');
select is(pg_temp.taken(pg_temp.message('11', began => '2026-06-01 12:59:59.999999Z')), '{"forged": 0, "records": 1, "replayed": 0} | 11 key 901 at 0/10 | server 0/FF 1 now',
  'a key that was followed signs for an hour more, to its last moment [N-35 +]');
select is(pg_temp.taken(pg_temp.message('11', began => '2026-06-01 13:00Z')), '{"forged": 1, "records": 0, "replayed": 0} | forged planted 0/10 0/FF 1 signature | server 0/FF 0 now',
  'not after it [N-35 -]');
select is(pg_temp.taken(pg_temp.message('11', 902, began => '2026-06-01 13:00Z')), '{"forged": 0, "records": 1, "replayed": 0} | 11 key 902 at 0/10 | server 0/FF 1 now',
  'the key that follows it does [N-35 +]');

select * from finish();
rollback;
