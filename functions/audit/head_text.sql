-- audit.head_text: a seal as the text whose SHA-256 is its hash: docs/seals.md. It names the hash of the seal before it, of whichever table.
create or replace function audit.head_text(head audit.seals)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return concat(
    '{"v":"cordon.seal.1","seal":', head.seal,
    ',"table":', to_json(head.table_name),
    ',"tree_size":', head.tree_size,
    ',"row_count":', head.row_count,
    ',"root":"', encode(head.root, 'hex'),
    '","closed_at":"', to_char(head.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    '","snapshot":', to_json(head.snapshot),
    ',"sealed_by":', to_json(head.sealed_by),
    ',"previous":"', encode(head.previous_hash, 'hex'), '"}'
  );
end
$$;
comment on function audit.head_text(audit.seals) is 'The canonical text of a seal. [S-20]';
revoke all on function audit.head_text(audit.seals) from public;
grant execute on function audit.head_text(audit.seals) to cordon_definer;
