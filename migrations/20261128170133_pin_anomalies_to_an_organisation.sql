-- migrate:up
-- Why: applications that pin their queries to an organisation can read the anomalies of the access log
-- Access: none
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.access_anomalies

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- As before, but that its key is seen to be an organisation's: what pins queries to one then takes the view for one of a tenant.
create or replace view public.access_anomalies with (security_invoker = true) as
  select o.id as organisation_id, f.kind, f.user_id, f.patient_id, f.day, f.records, f.amount, f.first_at, f.last_at
  from (
    with
    access as materialized (
      select
        l.organisation_id, l.user_id, l.patient_id, l.table_name, l.outcome, l.occurred_at,
        l.occurred_at at time zone o.timezone as wall, coalesce(m.role, 'none') as role,
        coalesce('finance' = any (m.capabilities), false) as is_finance,
        (s.business_hours ->> 'start')::numeric as opens, (s.business_hours ->> 'end')::numeric as closes
      from public.access_log as l
      join public.organisations as o on o.id = l.organisation_id
      -- Who is no member any more, or never was one, is looked at all the same.
      left join public.organisation_members as m on m.organisation_id = l.organisation_id and m.user_id = l.user_id
      left join public.organisation_settings as s on s.organisation_id = l.organisation_id
      where l.realm = 'provider'
        and l.outcome in ('disclosed', 'denied')
        and l.occurred_at > authz.now() - interval '35 days'
        and l.occurred_at <= authz.now()
    ),
    care as materialized (
      select c.organisation_id, c.patient_id, c.user_id, c.treated, c.emergency
      from authz.care_periods(authz.now() - interval '35 days') as c
    ),
    seen as materialized (
      select
        a.organisation_id, a.user_id, a.role, a.patient_id, a.wall::date as day,
        count(*) as records, min(a.occurred_at) as first_at, max(a.occurred_at) as last_at,
        count(*) filter (
          where case
            when a.opens <= a.closes then extract(hour from a.wall) < a.opens or extract(hour from a.wall) >= a.closes
            else extract(hour from a.wall) < a.opens and extract(hour from a.wall) >= a.closes
          end
        ) as out_of_hours,
        count(*) filter (where not coalesce(c.treated @> a.occurred_at, false)) as untreated,
        -- Health data that nobody reads but who treats, or has broken the glass for this patient; finance reads documents of its own.
        count(*) filter (
          where (
              a.table_name in ('medical_records', 'medical_record_details')
              or (a.table_name = 'documents' and not a.is_finance)
            )
            and not coalesce(c.treated @> a.occurred_at, false)
            and not coalesce(c.emergency @> a.occurred_at, false)
        ) as unrelated
      from access as a
      left join care as c on c.organisation_id = a.organisation_id and c.patient_id = a.patient_id and c.user_id = a.user_id
      where a.outcome = 'disclosed'
        and a.patient_id is not null
      group by a.organisation_id, a.user_id, a.role, a.patient_id, a.wall::date
    ),
    days as materialized (
      select 'volume' as kind, s.organisation_id, s.user_id, s.role, s.day, count(*) as amount, sum(s.records)::bigint as records,
             min(s.first_at) as first_at, max(s.last_at) as last_at
      from seen as s
      group by s.organisation_id, s.user_id, s.role, s.day
      union all
      select 'out_of_hours', s.organisation_id, s.user_id, s.role, s.day, count(*), sum(s.out_of_hours)::bigint, min(s.first_at), max(s.last_at)
      from seen as s
      where s.out_of_hours > 0
      group by s.organisation_id, s.user_id, s.role, s.day
      union all
      select 'denials', a.organisation_id, a.user_id, a.role, a.wall::date, count(*), count(*), min(a.occurred_at), max(a.occurred_at)
      from access as a
      where a.outcome = 'denied'
      group by a.organisation_id, a.user_id, a.role, a.wall::date
    ),
    habits as materialized (
      select d.kind, d.organisation_id, d.user_id, d.role, count(*) as days, percentile_cont(0.5) within group (order by d.amount) as usual
      from days as d
      group by d.kind, d.organisation_id, d.user_id, d.role
    ),
    measured as (
      select d.*, h.days as own_days, h.usual as own_usual, peers.usual as peer_usual
      from days as d
      join habits as h on h.kind = d.kind and h.organisation_id = d.organisation_id and h.user_id = d.user_id and h.role = d.role
      left join lateral (
        select percentile_cont(0.5) within group (order by p.usual) as usual
        from habits as p
        where d.amount >= 20
          and p.kind = h.kind
          and p.organisation_id = h.organisation_id
          and p.role = h.role
          and p.user_id <> h.user_id
      ) as peers on true
    ),
    -- Who of the staff is a patient here: by their own portal account, or by the same name.
    staff as (
      select k.organisation_id, k.patient_id, array_agg(k.user_id) as user_ids
      from (
        select m.organisation_id, m.user_id, p.id as patient_id
        from public.organisation_members as m
        join public.profiles as r on r.user_id = m.user_id
        join public.patients as p on p.organisation_id = m.organisation_id and lower(btrim(p.full_name)) = lower(btrim(r.display_name))
        union
        select m.organisation_id, m.user_id, a.patient_id
        from public.organisation_members as m
        join public.patient_accounts as a on a.organisation_id = m.organisation_id and a.user_id = m.user_id
        where a.relationship = 'self'
          and a.revoked_at is null
      ) as k
      group by k.organisation_id, k.patient_id
    )
    -- Three times what is usual, for themselves where they have a history and for their role where it has one, and enough to matter.
    select m.organisation_id, m.kind, m.user_id, null::uuid as patient_id, m.day, m.records, m.amount, m.first_at, m.last_at
    from measured as m
    where m.kind in ('volume', 'denials')
      and m.amount >= 20
      and m.amount > 3 * greatest(case when m.own_days >= 5 then m.own_usual end, m.peer_usual, 0)
    union all
    -- Who works at night does so on other days too.
    select m.organisation_id, m.kind, m.user_id, null, m.day, m.records, m.amount, m.first_at, m.last_at
    from measured as m
    where m.kind = 'out_of_hours'
      and m.own_days <= 2
    union all
    select s.organisation_id, 'no_relationship', s.user_id, s.patient_id, s.day, s.unrelated, 1, s.first_at, s.last_at
    from seen as s
    where s.unrelated > 0
    union all
    -- Under broken glass too: that is how somebody looks after their own.
    select s.organisation_id, 'same_surname', s.user_id, s.patient_id, s.day, s.untreated, 1, s.first_at, s.last_at
    from seen as s
    join public.profiles as r on r.user_id = s.user_id
    join public.patients as p on p.organisation_id = s.organisation_id and p.id = s.patient_id
    where s.untreated > 0
      and lower(substring(btrim(r.display_name) from '\s(\S+)$')) = lower(substring(btrim(p.full_name) from '\s(\S+)$'))
      and lower(btrim(r.display_name)) <> lower(btrim(p.full_name))
    union all
    -- One's own record, whoever treats them; a colleague's where nobody asked them to.
    select s.organisation_id, case when s.user_id = any (f.user_ids) then 'own_record' else 'colleague_record' end, s.user_id, s.patient_id,
           s.day, case when s.user_id = any (f.user_ids) then s.records else s.untreated end, 1, s.first_at, s.last_at
    from seen as s
    join staff as f on f.organisation_id = s.organisation_id and f.patient_id = s.patient_id
    where s.user_id = any (f.user_ids)
       or s.untreated > 0
  ) as f
  join public.organisations as o on o.id = f.organisation_id;

-- migrate:down
