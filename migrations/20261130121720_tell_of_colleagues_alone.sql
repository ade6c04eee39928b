-- migrate:up
-- Why: The insights payload told a transport company's actions as the clinic's staff (S-21).
-- Access: 1 definer function
--   ~ public.smart_insights_payload is written, and runs with the rights of its owner
--   widens: public.smart_insights_payload(), callable by clinic staff and Smart Insights, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- public.smart_insights_payload: everything that leaves for the vendor, and the only hand that makes it. It belongs to cordon_insights, whose
-- grants name each column that can be in it: adding one takes a rule in policies/, which a review sees. Its policies keep it to
-- the current organisation, so that no query here says whose rows are meant. Event types are ours, module names are keys and nothing
-- else is text but the names of staff.
create or replace function public.smart_insights_payload()
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_processor_id constant uuid := authz.lock_insights();
  v_payload jsonb;
begin
  if v_processor_id is null then
    return null;
  end if;
  v_payload := jsonb_build_object(
    'modules', (
      select coalesce(jsonb_agg(m.module order by m.module collate "C"), '[]')
      from public.organisation_settings as s
      cross join unnest(s.modules) as m (module)
      where m.module ~ '^[a-z][a-z0-9_]{0,39}$'
    ),
    'counts', jsonb_build_object(
      'staff', (
        select authz.coarse_count(count(*)) from public.organisation_members as m where m.is_active and m.archived_at is null
      ),
      'patients', (
        select authz.coarse_count(count(*)) from public.patients as p where p.status = 'active' and p.archived_at is null
      ),
      'beds', (
        select jsonb_build_object(
          'available', authz.coarse_count(count(*) filter (where b.status = 'available')),
          'occupied', authz.coarse_count(count(*) filter (where b.status = 'occupied')),
          'cleaning', authz.coarse_count(count(*) filter (where b.status = 'cleaning')),
          'other', authz.coarse_count(count(*) filter (where b.status not in ('available', 'occupied', 'cleaning')))
        )
        from public.beds as b
        where b.archived_at is null
      ),
      'admissions', (
        select jsonb_build_object(
          'planned', authz.coarse_count(count(*) filter (where a.status = 'planned')),
          'admitted', authz.coarse_count(count(*) filter (where a.status = 'admitted'))
        )
        from public.admissions as a
        where a.archived_at is null
      ),
      'cases', (
        select jsonb_build_object(
          'new', authz.coarse_count(count(*) filter (where c.status = 'new')),
          'triage', authz.coarse_count(count(*) filter (where c.status = 'triage')),
          'active', authz.coarse_count(count(*) filter (where c.status = 'active'))
        )
        from public.cases as c
        where c.archived_at is null
      ),
      'transfers', (
        select jsonb_build_object(
          'requested', authz.coarse_count(count(*) filter (where t.status = 'requested')),
          'under_way', authz.coarse_count(count(*) filter (where t.status in ('accepted', 'dispatched', 'picked_up')))
        )
        from public.transfers as t
        where t.archived_at is null
      )
    ),
    'actions', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'event', l.event_type,
            'actor_name', l.display_name,
            'occurred_at', to_char(l.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24":00Z"')
          )
          order by l.occurred_at desc, l.id desc
        ),
        '[]'
      )
      from (
        select e.id, e.event_type, p.display_name, e.occurred_at
        from public.case_activity_log as e
        -- Colleagues' alone: what a transport company does with its job moves the transfer here, and is as little this organisation's to tell.
        join public.profiles as p on p.user_id = e.actor_user_id
        where e.actor_realm = 'provider' -- what patients do is not told, and operations are not colleagues
        order by e.occurred_at desc, e.id desc
        limit 20
      ) as l
    )
  );
  perform authz.record_insight_dispatch(v_processor_id, authz.digest(v_payload::text));
  return v_payload;
end
$$;

-- migrate:down
