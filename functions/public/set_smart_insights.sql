-- public.set_smart_insights: switches Smart Insights on or off for the current organisation. The column is nobody's to write; the trigger on it
-- asks again, whoever writes.
create or replace function public.set_smart_insights(enabled boolean)
  returns boolean
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{insights_admin}');
begin
  if v_organisation_id is null then
    raise exception 'insights are not yours to switch'
      using errcode = 'insufficient_privilege', hint = 'It takes a member with the capability insights_admin.';
  end if;
  -- Locked first: what somebody else is switching at this moment is not yet to be seen, and must not be taken for what holds.
  perform authz.require_read_committed();
  perform from public.organisation_settings as s where s.organisation_id = v_organisation_id for no key update;
  update public.organisation_settings as s
     set smart_insights_enabled = coalesce(enabled, false)
   where s.organisation_id = v_organisation_id
     and s.archived_at is null
     and s.smart_insights_enabled is distinct from coalesce(enabled, false);
  return coalesce(enabled, false);
end
$$;
comment on function public.set_smart_insights(boolean) is
  'Switches Smart Insights on or off for the current organisation; returns what holds now. Off (NULL too) leaves no payload from the next statement. 42501 without insights_admin, CD007 above READ COMMITTED. [S-21, S-25]';
alter function public.set_smart_insights(boolean) owner to cordon_definer;
revoke all on function public.set_smart_insights(boolean) from public;
grant execute on function public.set_smart_insights(boolean) to authenticated;
