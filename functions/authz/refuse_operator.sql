-- authz.refuse_operator: operations name who is the first of an organisation, and never one of themselves: an admin of theirs would be staff of any clinic.
create or replace function authz.refuse_operator(user_id uuid)
  returns void
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select
    from public.ops_members as m
    where m.user_id = refuse_operator.user_id
      and m.is_active
      and m.archived_at is null
  ) then
    raise exception 'operations are no staff of a clinic'
      using errcode = 'insufficient_privilege', hint = 'Name a login that is not of operations.';
  end if;
end
$$;
comment on function authz.refuse_operator(uuid) is
  'Refuses a login of operations with 42501. [N-05, N-22]';
alter function authz.refuse_operator(uuid) owner to cordon_definer;
revoke all on function authz.refuse_operator(uuid) from public;
