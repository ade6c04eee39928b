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
comment on function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) is
  'Writes the genuine messages into the access log and how far was read; returns the counts of records, forged, replayed. [N-35]';
alter function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) owner to cordon_definer;
revoke all on function audit.take_access_records(text, text, pg_lsn[], bytea[], pg_lsn) from public;
