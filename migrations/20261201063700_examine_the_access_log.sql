-- migrate:up
-- Why: auditors and privacy officers see what is unusual in the access log, and patients who saw their record.
-- Access: +9 grants, 3 definer functions
--   + cordon_definer may execute function audit.is_of_organisation(text, text[], uuid)
--   ~ public.access_log_exceptions is written, and runs with the rights of its owner
--   + authenticated may execute function public.access_log_exceptions(timestamp with time zone)
--   + internal_ops may execute function public.access_log_exceptions(timestamp with time zone)
--   + service_role may execute function public.access_log_exceptions(timestamp with time zone)
--   ~ public.bent_access_records is written, and runs with the rights of its owner
--   + authenticated may execute function public.bent_access_records(timestamp with time zone, timestamp with time zone)
--   + internal_ops may execute function public.bent_access_records(timestamp with time zone, timestamp with time zone)
--   + service_role may execute function public.bent_access_records(timestamp with time zone, timestamp with time zone)
--   ~ public.who_saw_record is written, and runs with the rights of its owner
--   + patient may execute function public.who_saw_record(uuid, timestamp with time zone)
--   + authenticated may select on public.access_anomalies
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What somebody should look at in the last five weeks of the access log, of staff and by the clock on the clinic's wall. Runs with the reader's
-- rights: names are compared where their reader may read both, and no name is shown. Usual is what the same person did on their own days, and
-- what others of the same role do on theirs: medians, which one snooper does not move.
-- Its key is seen to be an organisation's: what pins queries to one takes the view for one of a tenant.
create view public.access_anomalies with (security_invoker = true) as
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
comment on view public.access_anomalies is
  'What auditor and privacy officer should look at, by person and day of the last 35: volume, out_of_hours, no_relationship, same_surname, own_record, colleague_record, denials. [N-39]';
comment on column public.access_anomalies.kind is 'What is unusual; docs/access-log.md says what each means, and where it is wrong.';
comment on column public.access_anomalies.user_id is 'Who did it: a member of staff.';
comment on column public.access_anomalies.patient_id is 'Whose record it was; NULL where it is about a day.';
comment on column public.access_anomalies.day is 'Day on the clinic''s wall.';
comment on column public.access_anomalies.records is 'Records disclosed, or refusals.';
comment on column public.access_anomalies.amount is 'Patients, or refusals: what is compared with the usual.';
comment on column public.access_anomalies.first_at is 'First record of the day that is counted here.';
comment on column public.access_anomalies.last_at is 'Last record of the day that is counted here.';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema public to cordon_definer;

-- audit.is_of_organisation: whether a sealed row is one of an organisation's. Of a table without organisations none is, nor is one that is gone.
create or replace function audit.is_of_organisation(table_name text, record_key text[], organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_theirs boolean;
begin
  if not exists (
    select
    from pg_attribute as a
    where a.attrelid = is_of_organisation.table_name::regclass
      and a.attname = 'organisation_id'
      and not a.attisdropped
  ) then
    return false;
  end if;
  execute format(
    'select exists (select from (select $1::text as record_key) as l join %s as t on %s where t.organisation_id = $2)',
    is_of_organisation.table_name::regclass, audit.key_condition(is_of_organisation.table_name)
  )
    into v_is_theirs
    using is_of_organisation.record_key::text, is_of_organisation.organisation_id;
  return v_is_theirs;
end
$$;
comment on function audit.is_of_organisation(text, text[], uuid) is
  'Whether the row of that key in a sealed table is there and is the organisation''s. The key is that of a leaf. [S-02, S-20]';
revoke all on function audit.is_of_organisation(text, text[], uuid) from public;
grant execute on function audit.is_of_organisation(text, text[], uuid) to cordon_definer;

-- public.access_log_exceptions: where the access log has holes, and what did not belong there, for whoever examines it. The holes are of the deployment:
-- what is lost, nobody can say of whom it was.
create or replace function public.access_log_exceptions(since timestamptz default '-infinity')
  returns table (noticed_at timestamptz, kind text, from_lsn text, to_lsn text, records bigint, cause text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.proof_scope();
  return query
  select e.noticed_at, e.kind, e.from_lsn, e.to_lsn, e.records, e.cause
  from audit.access_log_exceptions as e
  where e.noticed_at >= coalesce(access_log_exceptions.since, '-infinity')
  order by e.noticed_at, e.id;
end
$$;
comment on function public.access_log_exceptions(timestamptz) is
  'Stretches of the WAL whose records the access log lacks, and messages that were not genuine, noticed since then. 42501 for who is neither auditor nor privacy officer, of operations or the server. [N-35]';
alter function public.access_log_exceptions(timestamptz) owner to cordon_definer;
revoke all on function public.access_log_exceptions(timestamptz) from public;
grant execute on function public.access_log_exceptions(timestamptz) to authenticated, internal_ops, service_role;

-- public.bent_access_records: audit.bent_access_records for whoever examines a clinic's log, or operations' auditor all of it. A record that was moved to
-- another clinic is told to that one; one that is gone is found by the seals.
create or replace function public.bent_access_records(since timestamptz, until timestamptz default null)
  returns table (occurred_at timestamptz, id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.proof_scope();
begin
  return query
  select b.occurred_at, b.id
  from audit.bent_access_records(
    -- Of no time would be nothing, which reads as if nothing were bent.
    coalesce(bent_access_records.since, '-infinity'), coalesce(bent_access_records.until, 'infinity'), v_tenant
  ) as b;
end
$$;
comment on function public.bent_access_records(timestamptz, timestamptz) is
  'Records of the access log of [since, until) that are not what was signed: none, where nobody bent it. A clinic''s auditor or privacy officer asks of its own. 42501 for who is none of them, of operations or the server. [N-35]';
alter function public.bent_access_records(timestamptz, timestamptz) owner to cordon_definer;
revoke all on function public.bent_access_records(timestamptz, timestamptz) from public;
grant execute on function public.bent_access_records(timestamptz, timestamptz) to authenticated, internal_ops, service_role;

-- public.who_saw_record: a patient asks who saw their record: who, as what, when, what kind of thing, for what, and whether the glass was broken for it.
-- One line a statement and kind of thing. Definer, because the portal reads neither the log nor the names of staff, and is told of both no more
-- than this, of the caller's own patients alone. What the caller looked at themselves is left out. In one order, down to the last thing that tells two
-- lines apart: who reads it in pages is told each line once.
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
  order by s.first_at desc, s.table_name, s.organisation_id, s.realm, s.user_id, s.purpose, s.statement_at desc, s.backend_pid;
end
$$;
comment on function public.who_saw_record(uuid, timestamptz) is
  'Who was shown charts, diagnoses, allergies, reasons of visits, documents and the like of one of the caller''s own patients, newest first, one line a statement and kind of thing; operations without a name. CD010 where the caller holds no live account for it. [N-15, N-39]';
alter function public.who_saw_record(uuid, timestamptz) owner to cordon_definer;
revoke all on function public.who_saw_record(uuid, timestamptz) from public;
grant execute on function public.who_saw_record(uuid, timestamptz) to patient;

revoke create on schema public from cordon_definer;

grant select on public.access_anomalies to authenticated;

-- migrate:down
