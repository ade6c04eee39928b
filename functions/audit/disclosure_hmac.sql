-- audit.disclosure_hmac: what signs a disclosed row: the keys that authz.disclosure_stamp derived for its statement are derived again from what the row
-- says of the statement.
create or replace function audit.disclosure_hmac(inner_pad bytea, outer_pad bytea, payload bytea)
  returns bytea
  language plpgsql
  stable
  strict
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_shared constant bytea := substring(payload from 57);
begin
  return sha256(
    sha256(outer_pad || sha256(inner_pad || convert_to('outer', 'UTF8') || v_shared))
      || sha256(sha256(outer_pad || sha256(inner_pad || convert_to('inner', 'UTF8') || v_shared)) || payload)
  );
end
$$;
comment on function audit.disclosure_hmac(bytea, bytea, bytea) is
  'The signature of a disclosed row, by the two pads of the key and what is signed. [N-35]';
revoke all on function audit.disclosure_hmac(bytea, bytea, bytea) from public;
grant execute on function audit.disclosure_hmac(bytea, bytea, bytea) to cordon_definer;
