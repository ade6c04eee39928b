-- authz.is_operator: the reach of realm internal_ops. A token's role opens the realm, a live row opens the data.
create or replace function authz.is_operator(required_roles text[])
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.ops_members as m
    where m.user_id = authz.user_id()
      and m.is_active
      and m.archived_at is null
      and (cardinality(required_roles) = 0 or m.role = any (required_roles))
  );
end
$$;
comment on function authz.is_operator(text[]) is
  'Whether the caller is a live member of operations with one of the roles (empty: any). [N-16]';
alter function authz.is_operator(text[]) owner to cordon_definer;
revoke all on function authz.is_operator(text[]) from public;
grant execute on function authz.is_operator(text[]) to internal_ops;
