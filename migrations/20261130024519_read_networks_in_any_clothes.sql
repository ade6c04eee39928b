-- migrate:up
-- Why: a network denied as ::ffff:192.0.2.0/120 was not
-- Side: operations
-- Access: 1 definer function
--   ~ authz.is_within_networks is written, and runs with the rights of its owner
--   widens: authz.is_within_networks(uuid, inet), which 9 functions, 243 policies and 1 trigger ask, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.is_within_networks: an organisation that lists no network restricts nobody; one that does is reached from an
-- allowed network that is not denied, and from nowhere else: an unknown address is not inside. A network of IPv4 may be listed in IPv6 clothes, as the
-- logs of some servers write it; one of IPv6 is none of IPv4.
create or replace function authz.is_within_networks(organisation_id uuid, address inet)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_clothed constant inet := case
    when family(address) = 4 then set_masklen(inet '::ffff:0:0' + (address - inet '0.0.0.0'), 96 + masklen(address))
  end;
begin
  return (
    select
      count(*) = 0
      or coalesce(
        not coalesce(bool_or(w.is_within) filter (where n.mode = 'deny'), false)
        and (bool_or(w.is_within) filter (where n.mode = 'allow') or count(*) filter (where n.mode = 'allow') = 0)
        and address is not null,
        false
      )
    from public.organisation_networks as n
    cross join lateral (
      select address <<= n.cidr or (v_clothed <<= n.cidr and n.cidr <<= inet '::ffff:0:0/96') as is_within
    ) as w
    where n.organisation_id = is_within_networks.organisation_id
      and n.archived_at is null
  );
end
$$;

-- migrate:down
