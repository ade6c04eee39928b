-- authz.is_out_of_reach: whether policies will refuse a write of the caller's to this organisation anyway. A BEFORE trigger
-- runs before the policy's check: one that looked at another tenant's rows, or waited for their locks, would tell of them. It opens nothing
-- and is asked for each row: whether the session still lives is left to the policy.
create or replace function authz.is_out_of_reach(organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id uuid;
begin
  if current_setting('role') <> 'authenticated' then
    return false;
  end if;
  v_user_id := authz.subject(); -- by itself: inside the query it is asked again wherever a plan compares with it
  return not exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = is_out_of_reach.organisation_id
      and m.user_id = v_user_id
  );
end
$$;
comment on function authz.is_out_of_reach(uuid) is
  'Whether staff write to an organisation that they are no member of, so that a trigger must not look. [S-04]';
alter function authz.is_out_of_reach(uuid) owner to cordon_definer;
revoke all on function authz.is_out_of_reach(uuid) from public;
