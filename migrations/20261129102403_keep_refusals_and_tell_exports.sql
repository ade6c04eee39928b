-- migrate:up
-- Why: An attack ended refusals of emergency access, read whole charts untold, and kept names and addresses past erasure
-- Access: +1 grant, 8 definer functions
--   ~ authz.forget_places is written, and runs with the rights of its owner
--   ~ authz.tg_access_restrictions__lift is written, and runs with the rights of its owner
--   ~ authz.tg_beds__occupancy is written, and runs with the rights of its owner
--   ~ authz.tg_consents__version is written, and runs with the rights of its owner
--   ~ authz.tg_security_incidents__notice is written, and runs with the rights of its owner
--   ~ authz.tg_subject_requests__due is written, and runs with the rights of its owner
--   ~ governance.erase_rows is written, and runs with the rights of its owner
--   ~ public.export_subject is written, and runs with the rights of its owner
--   + cordon_definer may update (packet) on public.transfer_jobs
--   widens: authz.tg_access_restrictions__lift(), which 1 trigger asks, acts with the rights of cordon_definer, belongs to cordon_definer instead of postgres, has another text
--   widens: authz.tg_beds__occupancy(), which 1 trigger asks, has another text
--   widens: authz.tg_consents__version(), which 1 trigger asks, has another text
--   widens: authz.tg_security_incidents__notice(), which 1 trigger asks, has another text
--   widens: authz.tg_subject_requests__due(), which 1 trigger asks, has another text
--   widens: authz.tg_transfers__course(), which 1 trigger asks, has another text
--   widens: governance.erase_rows(uuid, uuid, uuid), which 2 functions ask, has another text
--   widens: our definer functions can now change public.transfer_jobs (packet) too
--   widens: public.export_subject(uuid), callable by clinic staff and patients, has another text
-- Locks: 7 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.access_anomalies
--   ACCESS EXCLUSIVE public.legal_holds
--   ACCESS EXCLUSIVE public.medical_record_details
--   ACCESS EXCLUSIVE public.retention_extensions
--   ACCESS EXCLUSIVE public.security_incidents
--   ACCESS EXCLUSIVE public.subject_requests
--   ROW EXCLUSIVE governance.erasure_rules

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What a patient's transfers say of where they live goes with the rest of their contact data.
update governance.erasure_rules
   set basis = 'ids and times; logs hang on it'
 where schema_name = 'public' and table_name = 'transfers' and column_name = '*';
insert into governance.erasure_rules (schema_name, table_name, column_name, action, kept_for, replacement, basis)
values
  ('public', 'transfers', 'pickup', 'blank', null, 'erased', 'where somebody was fetched: nothing asks to keep it'),
  ('public', 'transfers', 'destination', 'blank', null, 'erased', 'where somebody was brought: nothing asks to keep it');

-- Blanks are no reason, no summary and no ground.
alter table public.legal_holds add constraint legal_holds_reason_blank_check check (length(btrim(reason)) >= 10) not valid;
alter table public.retention_extensions add constraint retention_extensions_reason_blank_check check (length(btrim(reason)) >= 10) not valid;
alter table public.security_incidents add constraint security_incidents_summary_blank_check check (length(btrim(summary)) >= 10) not valid;
alter table public.subject_requests add constraint subject_requests_refusal_basis_blank_check check (length(btrim(refusal_basis)) >= 1) not valid;

-- Nobody is told of what nobody knows yet; -infinity is before everything, and what lies ahead becomes now.
alter table public.security_incidents add constraint security_incidents_subjects_notified_at_check check (subjects_notified_at >= detected_at) not valid;
comment on column public.security_incidents.subjects_notified_at is
  'When the people were told: not before it was detected, and never in the future.';

-- Fifty codes of any length are no bound.
alter table public.medical_record_details add constraint medical_record_details_codes_length_check check (length(codes::text) <= 4000) not valid;

-- As before, but that hours are compared as authz.is_within_hours does, to the minute: business hours may end at half past.
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

grant create on schema authz to cordon_definer;

-- authz.forget_places: takes out of the jobs that drove a patient where from and where to: an address is theirs, and a text may say more than a place.
create or replace function authz.forget_places(organisation_id uuid, patient_id uuid)
  returns text[]
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_keys text[];
begin
  with blanked as (
    update public.transfer_jobs as j
       set packet = j.packet || '{"pickup": "erased", "destination": "erased"}'
      from public.transfers as t
     where t.organisation_id = forget_places.organisation_id
       and t.patient_id = forget_places.patient_id
       and j.organisation_id = t.transport_organisation_id
       and j.origin_organisation_id = t.organisation_id
       and j.transfer_id = t.id
       and not j.packet @> '{"pickup": "erased", "destination": "erased"}'
    returning array[j.organisation_id::text, j.id::text]::text as key
  )
  select array_agg(b.key order by b.key collate "C") into v_keys from blanked as b;
  return v_keys;
end
$$;
comment on function authz.forget_places(uuid, uuid) is
  'Forgets where jobs fetched and brought a patient of an organisation; the keys of those jobs, NULL for none. [N-24, N-49]';
alter function authz.forget_places(uuid, uuid) owner to cordon_definer;
revoke all on function authz.forget_places(uuid, uuid) from public;

-- authz.tg_access_restrictions__lift: when a restriction was lifted is the clock's to say, and once lifted it is over. What the patient wrote in the
-- portal is theirs to lift: staff lift what staff wrote down from a paper. Definer, because staff need not see who holds an account.
create or replace function authz.tg_access_restrictions__lift()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and old.lifted_at is null and new.lifted_at is not null
    and authz.acting_realm() <> 'patient' and not authz.is_system()
    and exists (
      select
      from public.patient_accounts as a
      where a.organisation_id = old.organisation_id
        and a.patient_id = old.patient_id
        and a.user_id = old.created_by_user_id
    )
  then
    raise exception 'the patient wrote this restriction'
      using errcode = 'CD009', hint = 'It is the patient''s to lift, in the portal.';
  end if;
  new.lifted_at := case
    when tg_op = 'INSERT' then null
    when old.lifted_at is not null then old.lifted_at
    when new.lifted_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
alter function authz.tg_access_restrictions__lift() owner to cordon_definer;
comment on function authz.tg_access_restrictions__lift() is
  'Stamps lifted_at; a value sent by anyone is ignored, and an end is final. CD009 for staff who lift what the patient wrote. [N-18, S-16]';

-- authz.tg_beds__occupancy: no bed begins occupied, and nobody occupies a bed by saying so (S-17). The admission does, and this trigger sees it.
-- Nor is one archived under whoever lies in it.
create or replace function authz.tg_beds__occupancy()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_archived constant boolean := new.archived_at is not null and old.archived_at is null;
  v_is_taken boolean;
begin
  if new.status is not distinct from old.status and not v_is_archived then
    return new;
  end if;
  v_is_taken := exists (
    select
    from public.admissions as a
    where a.organisation_id = new.organisation_id
      and a.bed_id = new.id
      and a.status = 'admitted'
      and a.archived_at is null
  );
  if v_is_taken and v_is_archived then
    raise exception 'a bed in which a patient lies is not archived'
      using errcode = 'CD015', hint = 'Discharge or move the patient first.';
  end if;
  if (new.status = 'occupied') <> v_is_taken then
    raise exception 'a bed is occupied exactly while a patient is admitted to it'
      using errcode = 'CD015', hint = 'Admit the patient to the bed, or discharge or move who lies there: the bed follows.';
  end if;
  return new;
end
$$;
comment on function authz.tg_beds__occupancy() is
  'Refuses with CD015 a status that contradicts the active admissions, and the archiving of a bed with one. [S-17]';

-- authz.tg_consents__version: which text a consent is to, when and how it was given, and when a material change of the purpose ends it (LGPD
-- art. 8 par. 6). A consent to a later text takes the place of the one before it, as any does of one whose time is over. A new consent waits for a
-- version that is being written, by the row of the purpose; one that changes is met by that version's own update.
create or replace function authz.tg_consents__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_given constant boolean := new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active');
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    select p.version
      into new.purpose_version
      from public.consent_purposes as p
     where p.purpose = new.purpose
    for share;
    new.purpose_version := coalesce(new.purpose_version, 1); -- the foreign key says what no purpose is
    new.given_at := null;
    new.given_how := null;
  else
    new.purpose_version := old.purpose_version;
    new.given_at := old.given_at;
    new.given_how := old.given_how;
  end if;
  new.superseded_at := (
    select min(v.takes_effect_at)
    from public.consent_purpose_versions as v
    where v.purpose = new.purpose
      and v.version > new.purpose_version
      and v.is_material
  );
  if v_is_given then
    if new.superseded_at <= authz.now() then
      raise exception 'the purpose has changed since this consent was proposed'
        using errcode = 'CD005', hint = 'Propose it again: a consent is to the text in force.';
    end if;
    new.given_at := clock_timestamp();
    new.given_how := case
      when new.legal_basis <> 'consent' then 'recorded'
      when new.signed_form_id is not null then 'signed_form'
      when authz.acting_realm() = 'patient' then 'portal'
      else 'recorded'
    end;
    update public.consents as c
       set status = 'expired'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.purpose = new.purpose
       and (c.purpose_version < new.purpose_version or c.expires_at <= authz.now())
       and c.status = 'active'
       and c.archived_at is null
       and c.id <> new.id
       -- Another basis is the clinic's word: it ends no refusal of emergency access, which is the patient's.
       and (new.legal_basis = 'consent' or c.break_glass_allowed or coalesce(c.expires_at, 'infinity') <= authz.now());
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__version() is
  'Stamps purpose_version, given_at, given_how and superseded_at; a consent to a later text, or after its time, expires the earlier one. CD005 for who consents to a text that is over. [N-45, N-48]';

-- authz.tg_security_incidents__notice: the clock of the notice starts when the organisation learnt of it, which nobody moves afterwards. What was
-- said when it was closed or dismissed is what was decided on.
create or replace function authz.tg_security_incidents__notice()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.subjects_notified_at > clock_timestamp() then
    new.subjects_notified_at := clock_timestamp();
  end if;
  if tg_op = 'INSERT' then
    new.detected_at := least(new.detected_at, clock_timestamp());
    new.notify_by := coalesce(authz.deadline(new.organisation_id, 'incident_notice', new.detected_at), 'infinity');
    new.authority_notified_at := null;
    return new;
  end if;
  if old.status in ('closed', 'dismissed')
    and new.status = old.status
    and (new.summary, new.affected_count, new.subjects_notified_at) is distinct from (old.summary, old.affected_count, old.subjects_notified_at)
  then
    raise exception 'the account of an incident that has ended stays as it was'
      using errcode = 'CD014', hint = 'Open one that was dismissed again; record another for what came to light after one was closed.';
  end if;
  new.detected_at := old.detected_at;
  new.notify_by := old.notify_by;
  new.authority_notified_at := coalesce(old.authority_notified_at, case when new.status = 'notified' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_security_incidents__notice() is
  'Stamps notify_by and authority_notified_at; detected_at and subjects_notified_at are never in the future, the first never changes. CD014 for another account of one that is closed or dismissed. [N-37]';

-- authz.tg_subject_requests__due: the law's deadline, counted from the moment that the request came in, whoever took it down.
create or replace function authz.tg_subject_requests__due()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.due_at := coalesce(authz.deadline(new.organisation_id, new.kind, new.created_at), 'infinity');
    new.resolved_at := null;
    return new;
  end if;
  if old.resolved_at is not null and new.refusal_basis is distinct from old.refusal_basis then
    raise exception 'the ground of an answer stays what was told'
      using errcode = 'CD014', hint = 'Take down another request: it is answered on its own ground.';
  end if;
  new.patient_id := old.patient_id;
  new.kind := old.kind;
  new.due_at := old.due_at;
  new.resolved_at := coalesce(old.resolved_at, case when new.status in ('completed', 'refused') then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_subject_requests__due() is
  'Stamps due_at and resolved_at; kind, patient and deadline never change. CD014 for another ground after the answer. [N-49]';

-- governance.erase_rows: does what governance.erasure_rules say with the rows of one patient: destroys what no law keeps, and tells of the rest why and
-- until when it stays. What names the person goes; the id stays, and is nobody's (A14). Of the migrating role, because nobody else may delete: it asks
-- for nobody's rights, so that only erase_subject and plan_erasure may call it, which do.
create or replace function governance.erase_rows(organisation_id uuid, patient_id uuid, request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
  v_by constant text := coalesce(authz.user_id()::text, session_user::text);
  v_graph constant jsonb := (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g);
  v_table record;
  v_rule record;
  v_due record;
  v_dues jsonb := '[]';
  v_keys_of jsonb[];
  v_is_open boolean := true;
  v_until timestamptz;
  v_keys text[];
  v_count bigint;
  v_is_gone boolean;
  v_destroyed jsonb := '[]';
  v_kept jsonb := '[]';
  v_entry jsonb;
  v_logins uuid[];
begin
  -- A hold is set before or after, never in between: it would come to nothing. Both lock the organisation, so that no other waits.
  perform
  from public.organisations as o
  where o.id = erase_rows.organisation_id
  for no key update;
  perform authz.lock_patient(erase_rows.organisation_id, erase_rows.patient_id);
  if exists (
    select
    from public.legal_holds as h
    where h.organisation_id = erase_rows.organisation_id
      and (h.patient_id is null or h.patient_id = erase_rows.patient_id)
      and h.released_at is null
  ) then
    raise exception 'a legal hold keeps this data'
      using errcode = 'CD020', hint = 'Release the hold first, or refuse the request on its ground.';
  end if;
  perform set_config('app.pinned_organisation_id', erase_rows.organisation_id::text, true);
  -- What was never confirmed may be a proposal of anybody's login.
  select array_agg(a.user_id)
    into v_logins
    from public.patient_accounts as a
   where a.organisation_id = erase_rows.organisation_id
     and a.patient_id = erase_rows.patient_id
     and a.relationship = 'self'
     and a.confirmed_at is not null;

  -- Decided before anything is destroyed: what is gone says no longer when it was written.
  for v_table in
    select g.relation, g.relation::regclass as oid, g.condition, n.nspname as schema_name, c.relname as table_name
    from governance.subject_graph() with ordinality as g (relation, condition, via, place)
    join pg_class as c on c.oid = g.relation::regclass
    join pg_namespace as n on n.oid = c.relnamespace
    order by g.place desc -- what refers before what it refers to
  loop
    if not exists (
      select
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name and r.table_name = v_table.table_name and r.column_name = '*'
    ) then
      raise exception 'no rule says what erasure does with a table'
        using errcode = 'CD020', detail = v_table.relation, hint = 'Add it to governance.erasure_rules, by a migration.';
    end if;
    v_is_gone := false;
    for v_rule in
      select r.column_name, r.action, r.kept_for, r.replacement, r.basis
      from governance.erasure_rules as r
      where r.schema_name = v_table.schema_name
        and r.table_name = v_table.table_name
      order by r.column_name <> '*', r.column_name
    loop
      continue when v_is_gone;
      v_until := case
        when v_rule.kept_for is not null then governance.kept_until(erase_rows.organisation_id, erase_rows.patient_id, v_rule.kept_for, v_graph)
      end;
      v_entry := jsonb_build_object('table', v_table.relation, 'column', v_rule.column_name, 'basis', v_rule.basis);
      if v_rule.action = 'keep' or v_until > v_now then
        execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_table.oid, v_table.condition)
          into v_count
          using erase_rows.organisation_id, erase_rows.patient_id;
        if v_count > 0 then
          v_kept := v_kept || (v_entry || jsonb_build_object('rows', v_count, 'until', to_char(v_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
        end if;
        continue;
      end if;
      v_is_gone := v_rule.action = 'delete';
      v_dues := v_dues || jsonb_build_object(
        'table', v_table.relation, 'condition', v_table.condition, 'column', v_rule.column_name, 'replacement', v_rule.replacement, 'entry', v_entry
      );
    end loop;
  end loop;

  -- Jobs before their transfers, as whoever moves a job holds it and goes on to the transfer.
  v_keys := authz.forget_places(erase_rows.organisation_id, erase_rows.patient_id);
  if v_keys is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.transfer_jobs', 'column', 'packet', 'rows', cardinality(v_keys), 'basis', 'where somebody was fetched and brought: nothing asks to keep it'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.transfer_jobs', 'packet', v_keys, v_by);
  end if;

  -- Never what is referred to by what is kept. What is deleted frees what it referred to: again until nothing is.
  v_keys_of := array_fill('[]'::jsonb, array[jsonb_array_length(v_dues)]);
  while v_is_open loop
    v_is_open := false;
    for v_due in
      select d.place::integer as place, d.due ->> 'table' as relation, (d.due ->> 'table')::regclass as oid, d.due ->> 'condition' as condition,
        d.due ->> 'column' as column_name, d.due ->> 'replacement' as replacement
      from jsonb_array_elements(v_dues) with ordinality as d (due, place)
      order by d.place
    loop
      v_keys := null;
      if v_due.column_name = '*' then
        select d.record_keys
          into v_keys
          from governance.delete_rows(
            v_due.relation,
            format('t.organisation_id = $1 and (%s) and %s', v_due.condition, governance.unreferenced(v_due.relation, false)),
            erase_rows.organisation_id, erase_rows.patient_id, v_now
          ) as d;
      elsif v_keys_of[v_due.place] = '[]' then
        execute format(
          'with blanked as (
             update %1$s as t set %2$I = replace(%3$L, ''{id}'', t.id::text)
             where t.organisation_id = $1 and (%4$s) and t.%2$I is distinct from replace(%3$L, ''{id}'', t.id::text)
             returning %5$s as key
           ) select array_agg(key order by key collate "C") from blanked',
          v_due.oid, v_due.column_name, v_due.replacement, v_due.condition, audit.key_expression(v_due.relation)
        )
        into v_keys
        using erase_rows.organisation_id, erase_rows.patient_id;
      end if;
      if v_keys is not null then
        v_keys_of[v_due.place] := v_keys_of[v_due.place] || to_jsonb(v_keys);
        v_is_open := true;
      end if;
    end loop;
  end loop;
  for v_due in
    select d.due ->> 'table' as relation, d.due ->> 'column' as column_name, d.due -> 'entry' as entry, d.due ->> 'condition' as condition,
      array(select k.value from jsonb_array_elements_text(v_keys_of[d.place::integer]) as k order by k.value collate "C") as record_keys
    from jsonb_array_elements(v_dues) with ordinality as d (due, place)
    order by d.place
  loop
    if v_due.record_keys <> '{}' then
      v_destroyed := v_destroyed || (v_due.entry || jsonb_build_object('rows', cardinality(v_due.record_keys)));
      perform governance.bury(
        erase_rows.organisation_id, 'erasure', erase_rows.request_id, v_due.relation, nullif(v_due.column_name, '*'), v_due.record_keys, v_by
      );
    end if;
    continue when v_due.column_name <> '*';
    execute format('select count(*) from %s as t where t.organisation_id = $1 and (%s)', v_due.relation::regclass, v_due.condition)
      into v_count
      using erase_rows.organisation_id, erase_rows.patient_id;
    if v_count > 0 then
      v_kept := v_kept || (v_due.entry || jsonb_build_object('rows', v_count, 'until', null, 'basis', 'is referred to by what is kept'));
    end if;
  end loop;
  select count(*)
    into v_count
    from storage.objects as o
   where o.bucket_id = 'patient-documents'
     and o.name like erase_rows.organisation_id || '/' || erase_rows.patient_id || '/%'
     and not exists (select from public.documents as d where d.organisation_id = erase_rows.organisation_id and d.object_path = o.name);
  if v_count > 0 then
    v_kept := v_kept || jsonb_build_object(
      'table', 'storage.objects', 'column', '*', 'rows', v_count, 'until', null,
      'basis', 'files open to nobody any more: a server takes them out of Storage, removeErased of cordon/documents'
    );
  end if;

  -- Beyond the tenant: names in jobs that are still under way, and the name of a login that is a patient's and nothing else.
  perform authz.forget_passengers(erase_rows.organisation_id, erase_rows.patient_id, '-infinity');
  with blanked as (
    update public.profiles as p
       set display_name = 'erased'
     where p.user_id = any (v_logins)
       and p.display_name <> 'erased'
       and not exists (select from public.patient_accounts as a where a.user_id = p.user_id)
       and not exists (select from public.organisation_members as m where m.user_id = p.user_id)
       and not exists (select from public.ops_members as m where m.user_id = p.user_id)
    returning array[p.user_id::text]::text as key
  )
  select array_agg(b.key order by b.key) into v_keys from blanked as b;
  if v_keys is not null then
    v_destroyed := v_destroyed || jsonb_build_object(
      'table', 'public.profiles', 'column', 'display_name', 'rows', cardinality(v_keys), 'basis', 'names the person behind a login that opens nothing any more'
    );
    perform governance.bury(erase_rows.organisation_id, 'erasure', erase_rows.request_id, 'public.profiles', 'display_name', v_keys, v_by);
  end if;
  if v_logins is not null then
    v_kept := v_kept || jsonb_build_object(
      'table', 'auth.users', 'column', '*', 'rows', cardinality(v_logins), 'until', null,
      'basis', 'logins are the platform''s: delete them with the Auth admin API'
    );
  end if;
  return jsonb_build_object('patient_id', erase_rows.patient_id, 'destroyed', v_destroyed, 'kept', v_kept);
end
$$;

-- authz.tg_transfers__course: from dispatch to delivery a transfer follows the transport company's job, and nobody says otherwise by
-- hand, the owner included: what two tenants' records say of one movement stays equal. Invoker, to know whose hand it is.
create or replace function authz.tg_transfers__course()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_erases boolean;
begin
  if tg_op = 'INSERT' then
    new.transport_organisation_id := null;
    return new;
  end if;
  if current_user <> 'cordon_definer' then
    new.transport_organisation_id := old.transport_organisation_id;
    if new.status is distinct from old.status
      and (old.status = 'dispatched' or new.status in ('dispatched', 'picked_up', 'delivered'))
    then
      raise exception 'a transfer goes from % to % with its job', old.status, new.status
        using errcode = 'CD013', hint = 'dispatch_transfer and cancel_transfer; between them the transport company moves its job.';
    end if;
  end if;
  if old.status not in ('requested', 'accepted')
    and (new.patient_id, new.case_id, new.admission_id, new.mobility, new.pickup, new.destination, new.pickup_at)
      is distinct from (old.patient_id, old.case_id, old.admission_id, old.mobility, old.pickup, old.destination, old.pickup_at)
  then
    -- Nobody's hand but that of the owner, with whose rights governance.erase_rows runs, says that a place is forgotten, and that alone.
    v_erases := pg_has_role(current_user, (select c.relowner from pg_catalog.pg_class as c where c.oid = tg_relid), 'member');
    if v_erases and (new.patient_id, new.case_id, new.admission_id, new.mobility, new.pickup_at)
        is not distinct from (old.patient_id, old.case_id, old.admission_id, old.mobility, old.pickup_at)
      and new.pickup in (old.pickup, 'erased')
      and new.destination in (old.destination, 'erased')
    then
      return new;
    end if;
    raise exception 'a % transfer stays as it was asked for', old.status
      using errcode = 'CD013', hint = 'Cancel it before the pickup and request another.';
  end if;
  return new;
end
$$;
comment on function authz.tg_transfers__course() is
  'Refuses with CD013 a step that is the job''s to take, and another route after dispatch; erasure blanks one. [N-49, S-18]';

-- public.export_subject: everything that an organisation holds of a patient, for themselves or by the privacy officer (LGPD art. 18 II and V):
-- the tables are found by the graph of foreign keys, so that none is forgotten; what is left out is named with its reason; and the export itself is
-- a disclosure, with the digest of what it gave.
create or replace function public.export_subject(patient_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_tenant uuid;
  v_export jsonb;
  v_tables text[];
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := authz.organisation_for('{}', '{privacy_officer}');
  end if;
  if v_caller.session_id is null or (not v_is_patient and v_tenant is null) then
    raise exception 'a patient''s data is not yours to export'
      using errcode = 'insufficient_privilege', hint = 'It takes the patient, or the privacy officer, signed in with a session.';
  end if;
  begin
    select p.organisation_id
      into strict v_tenant
      from public.patients as p
     where p.id = export_subject.patient_id
       and case
         when v_is_patient then
           authz.is_own_patient(p.organisation_id, p.id)
           and p.organisation_id = coalesce(v_caller.organisation_id, p.organisation_id)
         else p.organisation_id = v_tenant
       end;
  exception
    when no_data_found or too_many_rows then
      raise exception 'patient not found'
        using errcode = 'CD010', hint = 'Name a patient of the current organisation; on the portal, one of your own.';
  end;
  select jsonb_build_object(
      'organisation_id', v_tenant,
      'patient_id', export_subject.patient_id,
      'exported_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'tables', jsonb_object_agg(r.relation, r.content) filter (where r.content is not null),
      'left_out', jsonb_object_agg(r.relation, r.left_out) filter (where r.left_out <> '{}')
    ),
    array_agg(r.relation order by r.relation) filter (where r.content <> '[]')
    into v_export, v_tables
    from governance.subject_rows(v_tenant, export_subject.patient_id) as r;
  if not v_is_patient then
    -- Whoever exports for the patient has read all of it, as a member of staff: the patient is told, as of any other who saw their record.
    perform authz.emit_access(
      'provider', authz.membership_for('{}', '{privacy_officer}'), 'subject_export', 'SELECT', 'comprehensive', 'disclosed', null,
      export_subject.patient_id, export_subject.patient_id
    );
  end if;
  perform authz.record_disclosure(
    v_tenant, export_subject.patient_id, 'patient', v_tenant, 'subject_access', v_tables, 'public.export_subject', null,
    authz.digest(v_export::text)
  );
  perform authz.record_security_event(v_tenant, 'data.exported', export_subject.patient_id, '{"kind": "subject"}');
  return jsonb_build_object(
    'format', 'cordon.subject-export.1', 'export', v_export, 'export_sha256', authz.digest(v_export::text)
  );
end
$$;
comment on function public.export_subject(uuid) is
  'Everything held of a patient {format, export: {organisation_id, patient_id, exported_at, tables, left_out}, export_sha256}; the digest is of PostgreSQL''s text of export. Recorded as a disclosure, and of the privacy officer as a read. 42501 for who is neither the privacy officer nor a patient with a session, CD010 for no such patient. [N-37, N-39, N-49]';

revoke create on schema authz from cordon_definer;

comment on policy definer_update on public.transfer_jobs is
  'definer functions may change every row (public.cancel_transfer: ends the job; authz.forget_places: forgets where to). [N-24, N-49, S-18]';

grant update (packet) on public.transfer_jobs to cordon_definer;

-- migrate:down
