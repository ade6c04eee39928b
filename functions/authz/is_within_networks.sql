-- authz.is_within_networks: an organisation that lists no network restricts nobody; one that does is reached from an
-- allowed network that is not denied, and from nowhere else: an unknown address is not inside.
create or replace function authz.is_within_networks(organisation_id uuid, address inet)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select
      count(*) = 0
      or coalesce(
        not coalesce(bool_or(address <<= n.cidr) filter (where n.mode = 'deny'), false)
        and (bool_or(address <<= n.cidr) filter (where n.mode = 'allow') or count(*) filter (where n.mode = 'allow') = 0)
        and address is not null,
        false
      )
    from public.organisation_networks as n
    where n.organisation_id = is_within_networks.organisation_id
      and n.archived_at is null
  );
end
$$;
comment on function authz.is_within_networks(uuid, inet) is
  'Whether an address may reach an organisation by its list of networks; an unknown one may not where there is a list. [N-28]';
alter function authz.is_within_networks(uuid, inet) owner to cordon_definer;
revoke all on function authz.is_within_networks(uuid, inet) from public;
