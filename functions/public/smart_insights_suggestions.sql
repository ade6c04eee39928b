-- public.smart_insights_suggestions: what a vendor would be asked for, from counts alone and without one: it answers whether insights are on or
-- off. Invoker: it counts what the caller may read, exactly, because nothing leaves.
create or replace function public.smart_insights_suggestions()
  returns setof jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_beds record;
  v_cases record;
  v_planned bigint;
  v_requested bigint;
begin
  select count(*) filter (where b.status <> 'closed') as total,
         count(*) filter (where b.status = 'available') as available,
         count(*) filter (where b.status = 'occupied') as occupied,
         count(*) filter (where b.status = 'cleaning') as cleaning
    into v_beds
    from public.beds as b
   where b.archived_at is null;
  select count(*) filter (where c.status = 'new') as untriaged,
         count(*) filter (where c.status in ('new', 'triage') and c.priority in ('emergent', 'critical')) as pressing
    into v_cases
    from public.cases as c
   where c.archived_at is null;
  select count(*) into v_planned from public.admissions as a where a.status = 'planned' and a.archived_at is null;
  select count(*) into v_requested from public.transfers as t where t.status = 'requested' and t.archived_at is null;

  return query
  select jsonb_build_object('code', s.code, 'message', s.message, 'counts', s.counts)
  from (values
    (
      v_cases.pressing > 0, 'pressing_cases_waiting', 'Emergent or critical cases wait for triage to end.',
      jsonb_build_object('cases', v_cases.pressing)
    ),
    (
      v_beds.total > 0 and v_beds.available < v_planned, 'beds_short', 'More stays are planned than beds are available.',
      jsonb_build_object('planned', v_planned, 'available', v_beds.available)
    ),
    (
      v_beds.occupied * 100 >= v_beds.total * 85 and v_beds.total > 0, 'occupancy_high', 'At least 85 % of the open beds are occupied.',
      jsonb_build_object('occupied', v_beds.occupied, 'total', v_beds.total)
    ),
    (
      v_beds.cleaning > v_beds.available, 'cleaning_behind', 'More beds wait for cleaning than are available.',
      jsonb_build_object('cleaning', v_beds.cleaning, 'available', v_beds.available)
    ),
    (
      v_cases.untriaged > 0, 'cases_untriaged', 'Cases wait for triage to begin.',
      jsonb_build_object('cases', v_cases.untriaged)
    ),
    (
      v_requested > 0, 'transfers_unanswered', 'Transfers wait to be accepted or declined.',
      jsonb_build_object('transfers', v_requested)
    )
  ) as s (applies, code, message, counts)
  where s.applies;
end
$$;
comment on function public.smart_insights_suggestions() is
  'Heuristics from counts of what the caller may read {code, message, counts}, the most pressing first; nothing leaves the database. [S-25]';
revoke all on function public.smart_insights_suggestions() from public;
grant execute on function public.smart_insights_suggestions() to authenticated;
