-- public.list_insight_dispatches: what left, when, by whom and to whom: for those who answer for it. Callers have no USAGE on governance.
create or replace function public.list_insight_dispatches(latest integer default 100)
  returns setof jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{}', '{insights_admin}'),
    authz.organisation_for('{}', '{privacy_officer}'),
    authz.organisation_for('{}', '{auditor}')
  );
begin
  if v_organisation_id is null then
    raise exception 'dispatches are not yours to read'
      using errcode = 'insufficient_privilege', hint = 'It takes a member with insights_admin, privacy_officer or auditor.';
  end if;
  return query
  select jsonb_build_object(
    'id', d.id, 'processor', p.name, 'payload_sha256', d.payload_sha256,
    'dispatched_at', d.created_at, 'dispatched_by_user_id', d.created_by_user_id
  )
  from governance.insight_dispatches as d
  join governance.processors as p on p.id = d.processor_id
  where d.organisation_id = v_organisation_id
  order by d.created_at desc, d.id desc
  limit latest;
end
$$;
comment on function public.list_insight_dispatches(integer) is
  'The latest payloads that left the current organisation {id, processor, payload_sha256, dispatched_at, dispatched_by_user_id}, newest first. 42501 for who holds neither insights_admin, privacy_officer nor auditor. [S-22, S-24]';
alter function public.list_insight_dispatches(integer) owner to cordon_definer;
revoke all on function public.list_insight_dispatches(integer) from public;
grant execute on function public.list_insight_dispatches(integer) to authenticated;
