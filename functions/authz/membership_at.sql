-- authz.membership_at: what live_memberships and ops_members said of somebody at a moment: whose view asks for now.
create or replace function authz.membership_at(
  realm text, user_id uuid, organisation_id uuid, at timestamptz,
  out role text, out rank integer, out capabilities text[]
)
  returns record
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if realm = 'provider' then
    select m.role, m.rank, m.capabilities
      into role, rank, capabilities
      from public.organisation_members as m
      join public.organisations as o on o.id = m.organisation_id
     where m.organisation_id = membership_at.organisation_id
       and m.user_id = membership_at.user_id
       and m.accepted_at is not null
       and m.is_active
       and m.archived_at is null
       and (m.valid_until is null or m.valid_until > at)
       and o.archived_at is null;
  elsif realm = 'internal_ops' then
    select m.role, 0, '{}'
      into role, rank, capabilities
      from public.ops_members as m
     where m.user_id = membership_at.user_id
       and m.is_active
       and m.archived_at is null;
  end if;
end
$$;
comment on function authz.membership_at(text, uuid, uuid, timestamptz) is
  'Role, rank and capabilities of a user at a moment, NULL where there is no live membership. [N-16, N-44]';
alter function authz.membership_at(text, uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.membership_at(text, uuid, uuid, timestamptz) from public;
