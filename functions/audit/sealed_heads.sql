-- audit.sealed_heads: the chain for the export, each head as the text whose hash it carries.
create or replace function audit.sealed_heads()
  returns table (seal bigint, table_name text, tree_size bigint, head text, hash bytea)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select s.seal, s.table_name, s.tree_size, audit.head_text(s), s.hash
  from audit.seals as s
  order by s.seal;
end
$$;
comment on function audit.sealed_heads() is
  'Every seal as its canonical text, with the hash that stands beside it, in the order of the chain. For whoever migrates. [S-20]';
alter function audit.sealed_heads() owner to cordon_definer;
revoke all on function audit.sealed_heads() from public;
