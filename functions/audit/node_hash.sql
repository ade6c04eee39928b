-- audit.node_hash: the hash of two hashes, as RFC 6962 says: SHA-256 of 01, left, right.
create or replace function audit.node_hash(left_hash bytea, right_hash bytea)
  returns bytea
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return sha256(decode('01', 'hex') || left_hash || right_hash);
end
$$;
comment on function audit.node_hash(bytea, bytea) is 'Inner node of a tree of RFC 6962. [S-20]';
revoke all on function audit.node_hash(bytea, bytea) from public;
grant execute on function audit.node_hash(bytea, bytea) to cordon_definer;
