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
comment on function audit.bent_access_records(timestamptz, timestamptz, uuid) is
  'Records of [since, until), or from since on (infinity), whose hmac is not theirs, of one organisation or all (NULL). For whoever migrates. [N-35]';
alter function audit.bent_access_records(timestamptz, timestamptz, uuid) owner to cordon_definer;
revoke all on function audit.bent_access_records(timestamptz, timestamptz, uuid) from public;
