-- migrate:up
-- Why: a key of the access log that was rotated, because somebody saw it, went on signing, and could stop the drain
-- Access: +1 grant, 2 definer functions
--   ~ audit.bent_access_records is written, and runs with the rights of its owner
--   ~ audit.take_access_records is written, and runs with the rights of its owner
--   + cordon_definer may select (created_at) on audit.access_keys
--   widens: audit.bent_access_records(timestamp with time zone, timestamp with time zone, uuid), which 1 function asks, has another text
--   widens: audit.read_payload(bytea, boolean), which only its owner and the platform may call, has another text
--   widens: audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn), which only its owner and the platform may call, has another text
--   widens: our definer functions can now read audit.access_keys (created_at) too
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- audit.bent_access_records: records of a stretch of time that are not what was signed: somebody who can write to the table, and not sign, changed or
-- added them. Rows that are gone are found by the seals.
create or replace function audit.bent_access_records(since timestamptz, until timestamptz, organisation_id uuid default null)
  returns table (occurred_at timestamptz, id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select l.occurred_at, l.id
  from audit.access_log as l
  left join audit.access_keys as k on l.key_id in (k.key_id, -k.key_id)
  left join audit.access_keys as n on n.key_id = k.key_id + 1
  where l.occurred_at >= since
    -- Nothing is recorded after all time; what somebody put there would be of no stretch that can be named.
    and (l.occurred_at < until or until = 'infinity')
    and (bent_access_records.organisation_id is null or l.organisation_id = bent_access_records.organisation_id)
    and (
      k.key_id is null
      -- What is NULL was emptied by somebody: a comparison that tells neither is no reason to pass it over.
      or l.hmac is distinct from case
          when l.key_id < 0 then audit.disclosure_hmac(k.inner_pad, k.outer_pad, audit.access_payload(l))
          else sha256(k.outer_pad || sha256(k.inner_pad || audit.access_payload(l)))
        end
      or l.id is distinct from encode(substring(l.hmac from 1 for 16), 'hex')::uuid
      -- An address is signed without its mask, as every record has it: another one takes it out of the networks that it is looked for in.
      or l.client_address <> host(l.client_address)::inet
      -- Genuine by its hmac, and of a key that signed no more: whoever saw it could.
      or l.transaction_at >= n.created_at + interval '1 hour'
      or num_nulls(l.hmac, l.transaction_at, l.backend_pid) > 0
    )
  order by l.occurred_at, l.id;
end
$$;

-- audit.read_payload: what a signed message says, as the 22 texts of docs/access-log.md. Whoever holds a key can sign anything, and one that holds the
-- keys of a statement anything of its rows: what no recorder of ours would have written is not read, and never stops the drain.
create or replace function audit.read_payload(payload bytea, is_row boolean)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- timestamptz_send counts microseconds from 2000, a record from 1970.
  v_since_1970 constant bigint := 946684800000000;
  v_minute constant bigint := 60000000;
  v_month constant bigint := 2764800000000;
  v_nobody constant text := '00000000-0000-0000-0000-000000000000';
  v_bytes text;
  v_moment bigint;
  v_started bigint;
  v_shared text[];
  v_fields text[];
begin
  if not is_row then
    -- An array begins with a brace; what the keys of a statement are derived from does not, so that such a key is no signature of a record.
    if get_byte(payload, 0) <> 123 then
      return null;
    end if;
    v_fields := convert_from(payload, 'UTF8');
  else
    v_bytes := encode(substring(payload for 68), 'hex');
    v_moment := ('x' || substr(v_bytes, 1, 16))::bit(64)::bigint;
    v_started := ('x' || substr(v_bytes, 113, 16))::bit(64)::bigint;
    -- Nobody chooses the moment: a month from the transaction's start, and a minute before it for a clock that was set back.
    if v_moment not between v_started - v_minute and v_started + v_month then
      return null;
    end if;
    v_shared := convert_from(substring(payload from 69), 'UTF8');
    v_fields := array[
        (v_moment + v_since_1970)::text,
        v_shared[1],
        (v_started + v_since_1970)::text,
        (('x' || substr(v_bytes, 129, 8))::bit(32)::integer)::text
      ]
      || v_shared[2:6]
      || nullif(substr(v_bytes, 17, 32)::uuid::text, v_nobody)
      || v_shared[7:16]
      || nullif(substr(v_bytes, 49, 32)::uuid::text, v_nobody)
      || nullif(substr(v_bytes, 81, 32)::uuid::text, v_nobody);
  end if;
  -- What the table would not take: a line of the batch that fails takes all others with it, and whatever is drained after them. Counted so that each is
  -- converted, whatever it says.
  return case
    when cardinality(v_fields) = 22
      and num_nulls(v_fields[4]::bigint, v_fields[6], v_fields[11], v_fields[12], v_fields[13], v_fields[14], v_fields[19]) = 0
      and num_nulls(
        timestamptz 'epoch' + v_fields[1]::bigint * interval '1 microsecond',
        timestamptz 'epoch' + v_fields[2]::bigint * interval '1 microsecond',
        timestamptz 'epoch' + v_fields[3]::bigint * interval '1 microsecond'
      ) = 0
      and num_nulls(
        v_fields[5]::bigint, v_fields[7]::uuid, v_fields[8]::uuid, v_fields[10]::uuid, v_fields[18]::inet, v_fields[21]::uuid, v_fields[22]::uuid
      ) >= 0
      and v_fields[6] in ('provider', 'patient', 'internal_ops')
      and v_fields[12] in ('SELECT', 'INSERT', 'UPDATE')
      and v_fields[13] in ('basic', 'detailed', 'comprehensive')
      and v_fields[14] in ('allowed', 'denied', 'disclosed')
      and (v_fields[14] = 'denied') = (v_fields[15] is not null)
      and (v_fields[21] is null or v_fields[14] = 'disclosed')
      and v_fields[19] in ('edge', 'unknown')
      and (v_fields[19] = 'unknown') = (v_fields[18] is null)
    then v_fields
  end;
exception
  when data_exception then -- whole class: no text, no array, no moment, no number, no id, no address
    return null;
end
$$;

-- audit.take_access_records: messages of the WAL as rows of the log, and how far they were read, in one transaction. What is not signed is not read
-- further: its bytes may be anything. Nor is what a retired key signed, unless its transaction had begun by then: keys are rotated because somebody saw one.
-- A copy of a genuine record has the id of the first.
create or replace function audit.take_access_records(
  slot_name text, system_identifier text, positions pg_lsn[], messages bytea[], next_position pg_lsn
)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set work_mem = '64MB'
as $$
declare
  v_entries audit.access_log[];
  v_month timestamptz;
  v_read bigint;
  v_genuine bigint;
  v_taken bigint;
begin
  select array_agg(
           row(
             timestamptz 'epoch' + f[1]::bigint * interval '1 microsecond', encode(substring(g.hmac from 1 for 16), 'hex')::uuid,
             g.position::text, g.key_id, timestamptz 'epoch' + f[2]::bigint * interval '1 microsecond',
             timestamptz 'epoch' + f[3]::bigint * interval '1 microsecond', f[4]::bigint, f[5]::bigint, f[6], f[7]::uuid, f[8]::uuid,
             f[9], coalesce(f[10], '00000000-0000-0000-0000-000000000000')::uuid, f[11], f[12], f[13], f[14], f[15], f[16], f[17], f[18]::inet, f[19], f[20], f[21]::uuid, f[22]::uuid, g.hmac
           )::audit.access_log
           order by g.position
         )
    into v_entries
    from (
      select s.position, s.is_row, s.hmac, s.payload, case when s.is_row then -k.key_id else k.key_id end as key_id,
             n.created_at + interval '1 hour' as retired_at
      from (
        -- pgoutput: M, flags (1: transactional), position (8), prefix and NUL (14), length (4), content: key (8), hmac (32), payload.
        -- A disclosed row has the negative number of its key.
        select m.position, substring(m.message from 29 for 8) as key_number, get_byte(m.message, 28) >= 128 as is_row,
               substring(m.message from 37 for 32) as hmac, substring(m.message from 69) as payload
        from unnest(positions, messages) as m (position, message)
        where get_byte(m.message, 1) = 0
          and length(m.message) > 68
      ) as s
      join audit.access_keys as k on s.key_number = int8send(case when s.is_row then -k.key_id else k.key_id end)
      -- The next key signs what begins once it is committed. An hour more, for a rotation whose transaction stayed open.
      left join audit.access_keys as n on n.key_id = k.key_id + 1
      where s.hmac = case
          when s.is_row then audit.disclosure_hmac(k.inner_pad, k.outer_pad, s.payload)
          else sha256(k.outer_pad || sha256(k.inner_pad || s.payload))
        end
    ) as g
    -- MATERIALIZED by OFFSET: nothing of a message is read before its signature.
    cross join lateral (select audit.read_payload(g.payload, g.is_row) as f offset 0) as fields
    where case
        when cardinality(fields.f) = 22 then
          g.retired_at is null or timestamptz 'epoch' + fields.f[3]::bigint * interval '1 microsecond' < g.retired_at
        else false
      end;
  v_read := coalesce(cardinality(messages), 0);
  v_genuine := coalesce(cardinality(v_entries), 0);
  for v_month in
    select distinct date_trunc('month', e.occurred_at, 'UTC') from unnest(v_entries) as e
    union
    -- Ahead of need: the turn of a month waits for no lock.
    select date_trunc('month', clock_timestamp(), 'UTC') + step from unnest(array[interval '0', interval '32 days']) as step
  loop
    perform audit.create_access_month(v_month);
  end loop;
  insert into audit.access_log as l
  select e.* from unnest(v_entries) as e
  on conflict (occurred_at, id) do nothing;
  get diagnostics v_taken = row_count;
  insert into audit.access_log_exceptions (kind, slot_name, from_lsn, to_lsn, records, cause)
  select e.kind, take_access_records.slot_name, positions[1]::text, next_position::text, e.records, e.cause
  from (values ('forged', v_read - v_genuine, 'signature'), ('replayed', v_genuine - v_taken, 'copy')) as e (kind, records, cause)
  where e.records > 0;
  insert into audit.access_drains as d (slot_name, system_identifier, position, drained_at, records)
  values (
    take_access_records.slot_name, take_access_records.system_identifier, next_position, clock_timestamp(), v_taken
  )
  on conflict on constraint access_drains_pkey do update
     set position = excluded.position,
         system_identifier = excluded.system_identifier,
         drained_at = excluded.drained_at,
         records = d.records + excluded.records;
  return jsonb_build_object('records', v_taken, 'forged', v_read - v_genuine, 'replayed', v_genuine - v_taken);
end
$$;

comment on policy definer_select on audit.access_keys is
  'definer functions may read every row (authz.emit_access, authz.disclosure_stamp sign; audit.take_access_records, audit.bent_access_records verify, for as long as a key signed). [N-35]';

grant select (created_at) on audit.access_keys to cordon_definer;

-- migrate:down
