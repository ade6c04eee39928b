-- migrate:up
-- Why: lines of one moment came in any order, so that a page repeated what another had told, or left it out
-- Access: 1 definer function
--   ~ public.who_saw_record is written, and runs with the rights of its owner
--   widens: public.who_saw_record(uuid, timestamp with time zone), callable by patients, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- migrate:down
