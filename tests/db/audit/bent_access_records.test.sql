-- audit.bent_access_records: which records of a stretch of time are not what a key of ours signed while it signed.
begin;
select plan(8);

alter table audit.access_keys disable trigger user;
alter table audit.access_log disable trigger user;
insert into audit.access_keys (key_id, inner_pad, outer_pad, created_at) values
  (901, decode(repeat('a1', 64), 'hex'), decode(repeat('b1', 64), 'hex'), '2001-06-01 06:00Z'), (902, decode(repeat('a2', 64), 'hex'), decode(repeat('b2', 64), 'hex'), '2001-06-01 12:00Z');
create table access_log_months.planted partition of audit.access_log for values from ('2001-06-01Z') to ('2001-07-01Z');
create table access_log_months.planted_ever partition of audit.access_log for values from ('9000-01-01Z') to (maxvalue);
alter table audit.access_log alter column backend_pid drop not null, alter column transaction_at drop not null;
-- A record of that key, signed, and then changed.
create function pg_temp.put(name text, record jsonb default '{}', changed jsonb default '{}', key bigint default 901) returns void language plpgsql as $$
declare
  v_entry audit.access_log := jsonb_populate_record(null::audit.access_log, jsonb_build_object('occurred_at', '2001-06-10 12:00Z', 'statement_at', '2001-06-01 11:00Z', 'transaction_at', '2001-06-01 11:00Z', 'backend_pid', 42, 'lsn', '0/1',
    'realm', 'provider', 'organisation_id', 'a0000000-0000-7000-8000-000000000001', 'table_name', 'medical_records', 'operation', 'SELECT', 'audit_level', 'detailed', 'outcome', 'disclosed', 'client_address', '192.0.2.7', 'address_source', 'edge',
    'key_id', key, 'justification', name) || record);
begin
  v_entry.hmac := (select case when key < 0 then audit.disclosure_hmac(k.inner_pad, k.outer_pad, audit.access_payload(v_entry)) else sha256(k.outer_pad || sha256(k.inner_pad || audit.access_payload(v_entry))) end
    from audit.access_keys as k where k.key_id = abs(key));
  v_entry.hmac := coalesce(v_entry.hmac, sha256(''));
  v_entry.id := encode(substring(v_entry.hmac for 16), 'hex')::uuid;
  v_entry := jsonb_populate_record(v_entry, changed);
  insert into audit.access_log select v_entry.*;
end
$$;
-- Which of them are told, of a stretch and of an organisation.
create function pg_temp.bent(since timestamptz default '2001-06-01', until timestamptz default '2001-07-01', organisation text default null) returns text language sql as $$
  select coalesce(string_agg(l.justification, ', ' order by l.justification), 'none') from audit.bent_access_records(since, until, (organisation || '0000000-0000-7000-8000-000000000001')::uuid) as b join audit.access_log as l on l.occurred_at = b.occurred_at and l.id = b.id
$$;
select pg_temp.put('genuine'), pg_temp.put('disclosed', key => -901), pg_temp.put('of the next key', '{"transaction_at": "2001-06-01 13:00Z"}', key => 902),
  pg_temp.put('within the hour', '{"transaction_at": "2001-06-01 12:59:59.999999Z"}');
select is(pg_temp.bent(), 'none',
  'records that were signed and left as they are, of a row, of the next key, and to the last moment of the hour after the first was followed, are none of these [N-35 -]');
select pg_temp.put('changed', changed => '{"role": "nurse"}'), pg_temp.put('changed row', changed => '{"patient_id": "a3000000-0000-7000-8000-000000000001"}', key => -901), pg_temp.put('no key', key => 950),
  pg_temp.put('another id', changed => '{"id": "a3000000-0000-7000-8000-000000000001"}'), pg_temp.put('a mask', changed => '{"client_address": "192.0.2.7/24"}'),
  pg_temp.put('retired', '{"transaction_at": "2001-06-01 13:00Z"}'), pg_temp.put('no process', '{"backend_pid": null}'), pg_temp.put('no transaction', '{"transaction_at": null}');
select is(pg_temp.bent(), 'a mask, another id, changed, changed row, no key, no process, no transaction, retired',
  'what was changed, has no key of ours, another id, an address with a mask, a key that had been followed, or no process or transaction, is told [N-35 +]');
delete from audit.access_log as l where l.occurred_at < '2001-07-01';
select pg_temp.put('first', '{"occurred_at": "2001-06-10 12:00Z", "role": "x"}', '{"role": "nurse"}'), pg_temp.put('other', '{"occurred_at": "2001-06-10 13:00Z", "organisation_id": "b0000000-0000-7000-8000-000000000001"}', '{"role": "nurse"}'),
  pg_temp.put('last', '{"occurred_at": "2001-06-10 14:00Z"}', '{"role": "nurse"}'), pg_temp.put('never', changed => '{"occurred_at": "infinity"}');
select is(pg_temp.bent('2001-06-10 12:00Z', '2001-06-10 14:00Z'), 'first, other', 'of a stretch from its first moment on, without the last [N-35 +, N-35 -]');
select is(pg_temp.bent('2001-06-10 12:00:01Z', '2001-06-10 14:00:01Z'), 'last, other', 'and so of another [N-35 +, N-35 -]');
select is(pg_temp.bent('2001-06-10 12:00Z', 'infinity'), 'first, last, never, other', 'without an end, what is of all time too [N-35 +]');
select is(pg_temp.bent('2001-06-01', '9999-01-01'), 'first, last, other', 'of which no other stretch tells [N-35 -]');
select is(pg_temp.bent('2001-06-01', '2001-07-01', 'b'), 'other', 'of one clinic its own [N-35 +, S-02 -]');
select is(pg_temp.bent('2001-06-01', '2001-07-01', 'c'), 'none', 'of which there may be none [N-35 -]');

select * from finish();
rollback;
