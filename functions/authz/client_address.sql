-- authz.client_address: where the caller connects from, read from the one header that the deployment trusts. A proxy
-- appends what it saw, so that only the last entry is its word; what stands before it is the client's own claim.
create or replace function authz.client_address()
  returns inet
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_header constant text := (select lower(d.trusted_address_header) from authz.deployment_settings as d);
  v_value text;
  v_address inet;
begin
  if v_header is null then
    return null;
  end if;
  v_value := nullif(current_setting('request.headers', true), '')::jsonb ->> v_header;
  v_value := trim(split_part(v_value, ',', -1));
  v_address := host(v_value::inet)::inet;
  -- An IPv4 address in IPv6 clothes is the same address.
  if v_address <<= inet '::ffff:0:0/96' then
    return inet '0.0.0.0' + (v_address - inet '::ffff:0:0');
  end if;
  return v_address;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not an address, a NUL escape, too deep
    return null;
end
$$;
comment on function authz.client_address() is
  'Address of the client by the trusted header (deployment_settings), NULL where none is trusted, sent or legible: unknown. [N-28]';
alter function authz.client_address() owner to cordon_definer;
revoke all on function authz.client_address() from public;
