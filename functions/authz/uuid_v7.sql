-- authz.uuid_v7: a time-ordered key, so that rows created together lie together in (organisation_id, id).
-- PostgreSQL 18 has uuidv7(); this holds from 15 on. RFC 9562, section 5.7.
create or replace function authz.uuid_v7()
  returns uuid
  language plpgsql
  volatile
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- One expression: every insert pays for each. The random id is of version 4, 0100; with two bits more it is 0111.
  return encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid;
end
$$;
comment on function authz.uuid_v7() is
  'Time-ordered UUID version 7 (RFC 9562), the default of every id.';
revoke all on function authz.uuid_v7() from public;
grant execute on function authz.uuid_v7()
  to authenticated, internal_ops, patient, service_role, cordon_definer;
