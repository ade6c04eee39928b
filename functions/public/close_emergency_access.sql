-- public.close_emergency_access: the end of an emergency, said by who opened it. One that is over ended when its time was: it let nobody in since, and
-- what was seen afterwards was not seen in it.
create or replace function public.close_emergency_access(grant_id uuid)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_ended_at timestamptz;
begin
  update public.emergency_access_grants as g
     set ended_at = least(g.expires_at, authz.now())
   where g.organisation_id = authz.organisation_id()
     and g.id = grant_id
     and g.user_id = authz.user_id()
     and g.ended_at is null
     and g.review_outcome is null
  returning g.ended_at into v_ended_at;
  if v_ended_at is null then
    raise exception 'emergency access not found'
      using errcode = 'CD010', hint = 'Name an open grant of your own in the current organisation.';
  end if;
  return v_ended_at;
end
$$;
comment on function public.close_emergency_access(uuid) is
  'Ends the caller''s own emergency access; returns when. CD010 where there is no open one of that id. [N-18]';
alter function public.close_emergency_access(uuid) owner to cordon_definer;
revoke all on function public.close_emergency_access(uuid) from public;
grant execute on function public.close_emergency_access(uuid) to authenticated;
