-- migrate:up
-- Why: reads of allergies, alerts and visit reasons named no patient and no row, so that nobody could tell a patient of them
-- Access: 6 changed, 1 definer function
--   ~ public.who_saw_record is written, and runs with the rights of its owner
--   ~ policy provider_select on public.appointment_reasons
--   ~ policy provider_select_rows on public.appointment_reasons
--   ~ policy provider_fence on public.patient_clinical
--   ~ policy provider_select on public.patient_clinical
--   ~ policy provider_select_rows on public.patient_clinical
--   ~ policy provider_update on public.patient_clinical
--   widens: public.who_saw_record(uuid, timestamp with time zone), callable by patients, has another text
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.access_anomalies
--   ACCESS EXCLUSIVE public.appointment_reasons
--   ACCESS EXCLUSIVE public.patient_clinical

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create or replace view public.access_anomalies with (security_invoker = true) as
  select o.id as organisation_id, f.kind, f.user_id, f.patient_id, f.day, f.records, f.amount, f.first_at, f.last_at
  from (
    with
    access as materialized (
      select
        l.organisation_id, l.user_id, l.patient_id, l.table_name, l.outcome, l.occurred_at,
        l.occurred_at at time zone o.timezone as wall,
        extract(epoch from (l.occurred_at at time zone o.timezone)::time) / 3600 as hour, coalesce(m.role, 'none') as role,
        coalesce('finance' = any (m.capabilities), false) as is_finance,
        (s.business_hours ->> 'start')::numeric as opens, (s.business_hours ->> 'end')::numeric as closes
      from public.access_log as l
      join public.organisations as o on o.id = l.organisation_id
      -- Who is no member any more, or never was one, is looked at all the same.
      left join public.organisation_members as m on m.organisation_id = l.organisation_id and m.user_id = l.user_id
      left join public.organisation_settings as s on s.organisation_id = l.organisation_id
      where l.realm = 'provider'
        and l.outcome in ('disclosed', 'denied')
        -- An agenda shows why each patient of a day comes: that is no reason to ask why somebody looked at all of them.
        and not (l.table_name = 'appointment_reasons' and l.outcome = 'disclosed')
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
            when a.opens <= a.closes then a.hour < a.opens or a.hour >= a.closes
            else a.hour < a.opens and a.hour >= a.closes
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

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create or replace function authz.rules_appointment_reasons()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "appointment_reasons", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": ["data_view", "treatment", "scheduling"], "emergencyBypass": false, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]}
  ]}';
end
$$;

create or replace function authz.rules_patient_clinical()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "patient_clinical", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "id", "handedOverBy": "consenting_patient", "handedOverKey": "id", "columns": ["archived_at", "id", "organisation_id", "patient_status", "treatment_consent_until"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["doctor", "nurse", "assistant"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["data_view", "treatment"], "emergencyBypass": true, "auditLevel": "comprehensive", "requirements": ["N-02", "N-14", "N-19", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["doctor", "nurse"], "capabilities": [], "conditions": ["not_archived", "patient_active", "consent:treatment"], "hours": null, "network": false, "purposes": ["treatment"], "emergencyBypass": true, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "handed_over"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-29"]}
  ]}';
end
$$;

-- public.who_saw_record: a patient asks who saw their record: who, as what, when, what kind of thing, for what, and whether the glass was broken for it.
-- One line a statement and kind of thing. Definer, because the portal reads neither the log nor the names of staff, and is told of both no more
-- than this, of the caller's own patients alone. What the caller looked at themselves is left out.
create or replace function public.who_saw_record(patient_id uuid, since timestamptz default null)
  returns table (
    organisation_id uuid, occurred_at timestamptz, display_name text, role text, kind text, records bigint, purpose text, in_emergency boolean
  )
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
begin
  -- Ids are unique within an organisation only: each of the caller's accounts for this id opens its own.
  if not exists (
    select
    from authz.live_patient_accounts as a
    where a.user_id = v_user_id
      and a.patient_id = who_saw_record.patient_id
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name a patient for whom you hold an account.';
  end if;
  return query
  with seen as (
    select
      l.organisation_id, l.realm, l.user_id, l.table_name, l.purpose, l.statement_at, l.backend_pid,
      min(l.occurred_at) as first_at, max(l.occurred_at) as last_at, count(distinct l.row_id) as records
    from audit.access_log as l
    join authz.live_patient_accounts as a
      on a.organisation_id = l.organisation_id
     and a.patient_id = l.patient_id
     and a.user_id = v_user_id
    where l.patient_id = who_saw_record.patient_id
      and l.occurred_at >= coalesce(since, '-infinity')
      and l.outcome = 'disclosed'
      and l.user_id is distinct from v_user_id
    group by l.organisation_id, l.realm, l.user_id, l.table_name, l.purpose, l.statement_at, l.backend_pid
  )
  select
    s.organisation_id,
    s.first_at,
    case when s.realm = 'provider' then p.display_name end,
    case
      when s.realm = 'provider' then coalesce(
        -- As what they were let in: the decision stands before the rows that it opened.
        (
          select max(d.role)
          from audit.access_log as d
          where d.user_id = s.user_id
            and d.occurred_at between s.statement_at and s.first_at
            and d.organisation_id = s.organisation_id
            and d.backend_pid = s.backend_pid
            and d.statement_at = s.statement_at
            and d.table_name = s.table_name
            and d.outcome = 'allowed'
        ),
        m.role
      )
      else s.realm
    end,
    case s.table_name
      when 'medical_records' then 'chart'
      when 'medical_record_details' then 'diagnosis'
      when 'patient_clinical' then 'allergies and alerts'
      when 'appointment_reasons' then 'reason of a visit'
      when 'emergency_access_reasons' then 'emergency access'
      when 'signed_form_evidence' then 'signature'
      when 'subject_request_evidence' then 'request'
      else replace(s.table_name, '_', ' ')
    end,
    s.records,
    s.purpose,
    exists (
      select
      from public.emergency_access_grants as g
      where g.organisation_id = s.organisation_id
        and g.patient_id = who_saw_record.patient_id
        and g.user_id = s.user_id
        and g.opened_at <= s.last_at
        and coalesce(g.ended_at, g.expires_at) > s.first_at
    )
  from seen as s
  left join public.organisation_members as m on m.organisation_id = s.organisation_id and m.user_id = s.user_id
  left join public.profiles as p on p.user_id = s.user_id
  order by s.first_at desc, s.table_name;
end
$$;
comment on function public.who_saw_record(uuid, timestamptz) is
  'Who was shown charts, diagnoses, allergies, reasons of visits, documents and the like of one of the caller''s own patients, newest first, one line a statement and kind of thing; operations without a name. CD010 where the caller holds no live account for it. [N-15, N-39]';

alter policy provider_select on public.appointment_reasons
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'), 'appointment_reasons', 'SELECT', 'comprehensive')));

alter policy provider_select_rows on public.appointment_reasons
  to authenticated
  using (
    case
      when
        organisation_id = (select authz.organisation_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment,scheduling}'))
        and (archived_at is null or archived_at = now())
        and patient_status = 'active'
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'appointment_reasons', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

alter policy provider_fence on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));

alter policy provider_select on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));

alter policy provider_select_rows on public.patient_clinical
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          treatment_consent_until > (select authz.now())
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'patient_clinical', 'SELECT')), organisation_id, id, id)
      else false
    end
  );

alter policy provider_update on public.patient_clinical
  to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse}', '{}', null, false, '{treatment}'), 'patient_clinical', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_within('{doctor,nurse,assistant}', '{}', null, false, '{data_view,treatment}'), 'patient_clinical', 'SELECT', 'comprehensive')));

-- migrate:down
