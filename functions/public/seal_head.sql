-- public.seal_head: what an auditor keeps: the hash of the last seal, under which all before it stand, and the root of each table's tree.
create or replace function public.seal_head()
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.proof_scope();
  return (
    select jsonb_build_object(
      'format', 'cordon.head.1', 'seal', last.seal, 'hash', encode(last.hash, 'hex'),
      'closed_at', to_char(last.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'trees', (
        select jsonb_object_agg(tree.table_name, jsonb_build_object('tree_size', tree.tree_size, 'root', encode(tree.root, 'hex')))
        from (
          select distinct on (s.table_name) s.table_name, s.tree_size, s.root
          from audit.seals as s
          order by s.table_name, s.seal desc
        ) as tree
      )
    )
    from audit.seals as last
    order by last.seal desc
    limit 1
  );
end
$$;
comment on function public.seal_head() is
  'The current head {format, seal, hash, closed_at, trees}, to be kept elsewhere; NULL before the first seal. 42501 for who is neither auditor, privacy officer nor server. [S-20]';
alter function public.seal_head() owner to cordon_definer;
revoke all on function public.seal_head() from public;
grant execute on function public.seal_head() to authenticated, internal_ops, service_role;
