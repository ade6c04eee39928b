-- authz.own_rank: what a caller may grant lies below it (N-05).
create or replace function authz.own_rank()
  returns smallint
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rank smallint;
begin
  select m.rank
    into v_rank
    from authz.live_memberships as m
   where m.organisation_id = authz.organisation_id()
     and m.user_id = authz.user_id();
  return v_rank;
end
$$;
comment on function authz.own_rank() is
  'Rank of the caller''s role in the current organisation, NULL without a membership. [N-05]';
alter function authz.own_rank() owner to cordon_definer;
revoke all on function authz.own_rank() from public;
grant execute on function authz.own_rank() to authenticated;
