-- public.prove_consistency: that what was sealed earlier is the beginning of what is sealed now, to whoever holds both roots.
create or replace function public.prove_consistency(table_name text, from_size bigint, to_size bigint default null)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_newest constant bigint := (select max(s.tree_size) from audit.seals as s where s.table_name = prove_consistency.table_name);
  v_to constant bigint := coalesce(to_size, v_newest);
begin
  perform audit.proof_scope();
  if v_newest is null or from_size is null or from_size < 1 or from_size > v_to or v_to > v_newest then
    raise exception 'sealed sizes not found'
      using errcode = 'CD010', hint = 'Name a sealed table and two of its sizes, the smaller one first: seal_head tells the newest.';
  end if;
  return jsonb_build_object(
    'format', 'cordon.consistency.1', 'table', table_name,
    'from', jsonb_build_object('tree_size', from_size, 'root', encode(audit.range_hash(table_name, 0, from_size), 'hex')),
    'to', jsonb_build_object('tree_size', v_to, 'root', encode(audit.range_hash(table_name, 0, v_to), 'hex')),
    'path', (
      select coalesce(jsonb_agg(encode(step.hash, 'hex') order by step.place), '[]')
      from unnest(audit.consistency_path(table_name, from_size, v_to)) with ordinality as step (hash, place)
    )
  );
end
$$;
comment on function public.prove_consistency(text, bigint, bigint) is
  'Proof that the tree of one size is the beginning of that of another (else the newest). 42501 for who is neither auditor, privacy officer nor server, CD010 for what is not sealed. [S-20]';
alter function public.prove_consistency(text, bigint, bigint) owner to cordon_definer;
revoke all on function public.prove_consistency(text, bigint, bigint) from public;
grant execute on function public.prove_consistency(text, bigint, bigint) to authenticated, internal_ops, service_role;
