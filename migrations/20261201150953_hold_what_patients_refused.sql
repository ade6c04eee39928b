-- migrate:up
-- Why: What a patient refused, and that they consent, does not hang on who is still among the staff, nor on another basis that was relied on before
-- Access: 2 definer functions
--   ~ authz.refuses_emergency is written, and runs with the rights of its owner
--   ~ authz.tg_consents__version is written, and runs with the rights of its owner
--   widens: authz.refuses_emergency(uuid, uuid, uuid), which 7 functions, 14 policies and 1 trigger ask, has another text
--   widens: authz.tg_consents__version(), which 1 trigger asks, has another text
--   widens: governance.purge(uuid), which only its owner and the platform may call, has another text
-- Locks: 1 existing table, until the migration commits
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- An objection that was upheld binds for as long as there is a chart, and the request is what it stands in: it goes with the consents, and no sooner.
update governance.classification as c set retention = 'consent' where c.schema_name = 'public' and c.table_name = 'subject_requests';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.refuses_emergency: a patient's explicit refusal, the one thing beside the tenant that no emergency bypasses. It ends when the patient takes
-- it back, themselves or by a later consent to the same purpose that allows it and was no mistake, or on the day that the consent names, and not
-- with a new text of the purpose: a clinic that publishes one would end refusals. Where the consent to a later text took the place of the one that
-- refused, and was a mistake, the refusal is their last word again.
create or replace function authz.refuses_emergency(organisation_id uuid, patient_id uuid, user_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.access_restrictions as r
    where r.organisation_id = refuses_emergency.organisation_id
      and r.patient_id = refuses_emergency.patient_id
      and (r.restricted_user_id is null or r.restricted_user_id = refuses_emergency.user_id)
      and r.lifted_at is null
      and r.archived_at is null
  ) or exists (
    select
    from public.consents as c
    where c.organisation_id = refuses_emergency.organisation_id
      and c.patient_id = refuses_emergency.patient_id
      and not c.break_glass_allowed
      and coalesce(c.expires_at, 'infinity') > authz.now()
      and (
        (
          c.status = 'active'
          -- Put away by the server, which is nobody: that is no word of the patient's, and brought back it would be as if it had held meanwhile.
          and not exists (
            select
            from public.consents as l
            where l.organisation_id = c.organisation_id
              and l.patient_id = c.patient_id
              and l.purpose = c.purpose
              and l.break_glass_allowed
              and l.legal_basis = 'consent'
              and l.given_at > c.archived_at
              and l.status <> 'entered_in_error'
              and l.archived_at is null
          )
        )
        or (
          -- Staff withdraw for a patient, or terminate the form, or the server does, who is nobody: that ends what the consent opened, and not what
          -- it refused. Who acted for the patient by then was not staff in this, whatever else they are, or are made later.
          c.status = 'withdrawn'
          and (
            c.last_status_change_by_user_id is null
            or exists (
              select
              from public.organisation_members as m
              where m.organisation_id = c.organisation_id
                and m.user_id = c.last_status_change_by_user_id
            )
            and not exists (
              select
              from public.patient_accounts as a
              where a.organisation_id = c.organisation_id
                and a.patient_id = c.patient_id
                and a.user_id = c.last_status_change_by_user_id
                and a.confirmed_at <= c.withdrawn_at
            )
          )
          and not exists (
            select
            from public.consents as l
            where l.organisation_id = c.organisation_id
              and l.patient_id = c.patient_id
              and l.purpose = c.purpose
              and l.break_glass_allowed
              and l.legal_basis = 'consent'
              and l.given_at > c.withdrawn_at
              and l.status <> 'entered_in_error'
              and l.archived_at is null
          )
        )
        or (
          -- Not by the patient's own hand, which ends it for good: by the consent that was given in the same moment, or by nobody's, before its day.
          c.status = 'expired'
          and (
            c.last_status_change_by_user_id is null
            or exists (
              select
              from public.consents as l
              where l.organisation_id = c.organisation_id
                and l.patient_id = c.patient_id
                and l.purpose = c.purpose
                and l.given_at > c.given_at
                and l.given_at <= c.last_status_change_at
            )
          )
          and not exists (
            select
            from public.consents as l
            where l.organisation_id = c.organisation_id
              and l.patient_id = c.patient_id
              and l.purpose = c.purpose
              and l.legal_basis = 'consent'
              and l.given_at > c.given_at
              and l.status <> 'entered_in_error'
              and l.archived_at is null
          )
        )
      )
  );
end
$$;

-- authz.tg_consents__version: which text a consent is to, when, how, by whom and as what it was given (LGPD art. 8 par. 2, 14 par. 1 and 5), and when a material change of the purpose ends it (LGPD
-- art. 8 par. 6). A consent to a later text takes the place of the one before it, as any does of one whose time is over. A new consent waits for a
-- version that is being written, by the row of the purpose; one that changes is met by that version's own update. Another basis than consent takes one
-- that the law gives the purpose, and no objection of the patient to it that waits for its answer or was upheld (LGPD art. 18 par. 2, GDPR art. 21):
-- to care itself, to what a life hangs on and to what a law commands, nobody objects.
create or replace function authz.tg_consents__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_bases text[];
  v_is_given constant boolean := new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active');
  v_is_back constant boolean := tg_op = 'UPDATE' and new.status = 'active' and old.archived_at is not null and new.archived_at is null;
  v_is_objectable constant boolean := (v_is_given or v_is_back)
    and new.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
    and new.purpose <> 'treatment';
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    -- One that changes holds its consent, and needs nothing of the patient: see lock_chart.
    if v_is_objectable then
      perform authz.lock_patient(new.organisation_id, new.patient_id);
    end if;
    select p.version, p.allowed_bases
      into new.purpose_version, v_bases
      from public.consent_purposes as p
     where p.purpose = new.purpose
    for share;
    new.purpose_version := coalesce(new.purpose_version, 1); -- the foreign key says what no purpose is
    new.given_at := null;
    new.given_how := null;
    new.given_by_user_id := null;
    new.given_as := null;
  else
    new.purpose_version := old.purpose_version;
    new.given_at := old.given_at;
    new.given_how := old.given_how;
    new.given_by_user_id := old.given_by_user_id;
    new.given_as := old.given_as;
    if v_is_given or v_is_back then
      -- Not locked: whoever takes a basis from the purpose holds that row, and waits for this one (authz.tg_consent_purposes__narrowed).
      select p.allowed_bases into v_bases from public.consent_purposes as p where p.purpose = new.purpose;
    end if;
  end if;
  -- By whoever's hand, and again when it comes into force: what the law opens to consent alone, nobody records on another ground.
  if new.legal_basis <> all (v_bases) then
    raise exception 'the law does not open this purpose on this basis'
      using errcode = 'CD020', hint = 'consent_purposes.allowed_bases lists the bases of a purpose; ask the patient where it is consent alone.';
  end if;
  if v_is_objectable and exists (
    select
    from public.subject_requests as r
    where r.organisation_id = new.organisation_id
      and r.patient_id = new.patient_id
      and r.kind = 'objection'
      and r.status <> 'refused'
      and r.archived_at is null
  ) then
    raise exception 'the patient has objected'
      using errcode = 'CD020',
        hint = 'Answer the objection: refuse it with its ground (subject_requests); one that was upheld stands, and the patient may consent instead.';
  end if;
  new.superseded_at := (
    select min(v.takes_effect_at)
    from public.consent_purpose_versions as v
    where v.purpose = new.purpose
      and v.version > new.purpose_version
      and v.is_material
  );
  if v_is_given then
    -- What was given to a clinic that is closed is withdrawn there; nothing new is.
    if not authz.is_system()
      and exists (select from public.organisations as o where o.id = new.organisation_id and o.archived_at is not null)
    then
      raise exception 'the organisation is closed'
        using errcode = 'CD005', hint = 'Nothing is consented to there any more; what was is withdrawn: withdraw_consent.';
    end if;
    if new.superseded_at <= authz.now() then
      raise exception 'the purpose has changed since this consent was proposed'
        using errcode = 'CD005', hint = 'Propose it again: a consent is to the text in force.';
    end if;
    if authz.acting_realm() = 'patient' and authz.own_session_id() is null then
      raise exception 'a consent is not yours to give'
        using errcode = 'insufficient_privilege',
          hint = 'The patient gives it in person, signed in with a session; an application of a third party may withdraw, and not consent.';
    end if;
    new.given_at := clock_timestamp();
    new.given_how := case
      when new.legal_basis <> 'consent' then 'recorded'
      when new.signed_form_id is not null then 'signed_form'
      when authz.acting_realm() = 'patient' then 'portal'
      else 'recorded'
    end;
    -- Whose word it was is kept apart from whose the last step was: the next one, a withdrawal say, would write over it.
    if new.given_how = 'signed_form' then
      select f.signed_by_user_id, f.capacity
        into new.given_by_user_id, new.given_as
        from public.signed_forms as f
       where f.organisation_id = new.organisation_id
         and f.id = new.signed_form_id;
    elsif new.given_how = 'portal' then
      new.given_by_user_id := (authz.caller()).user_id;
      new.given_as := authz.portal_capacity(new.organisation_id, new.patient_id, new.given_by_user_id);
      -- The policy was asked before: whose account it is, is asked again, of whoever the token names by now.
      if new.given_as is null then
        raise exception 'this consent is not yours to give'
          using errcode = 'insufficient_privilege', hint = 'It takes the patient''s portal account, signed in with a session.';
      end if;
    end if;
    update public.consents as c
       set status = 'expired'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.purpose = new.purpose
       -- What the patient says takes the place of what the clinic relied on while they did not.
       and (
         c.purpose_version < new.purpose_version
         or c.expires_at <= authz.now()
         or (new.legal_basis = 'consent' and c.legal_basis <> 'consent')
       )
       and c.status = 'active'
       and c.archived_at is null
       and c.id <> new.id
       -- Another basis is the clinic's word: it ends no refusal of emergency access, which is the patient's. One that is over opens nothing, and goes
       -- on refusing (authz.refuses_emergency).
       and (new.legal_basis = 'consent' or c.break_glass_allowed or least(c.expires_at, c.superseded_at) <= authz.now());
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__version() is
  'Stamps purpose_version, given_at, given_how, given_by_user_id, given_as and superseded_at; a consent to a later text, after its time, or where another basis was relied on, expires the earlier one. CD020 for a basis that the law does not give the purpose, or to which the patient has objected, CD005 for who consents to a text that is over, or at an organisation that is closed, 42501 for who gives one on the portal without an account of the patient, or not in a session of their own. [N-12, N-45, N-48, N-49]';

-- governance.purge: deletes what retention no longer keeps, everywhere, and tells what: charts and what belongs to them when the patient's last
-- entry is old enough; archived rows of no class of their own, but for whoever wrote a chart; the rest by its own age, a part with the whole, and nothing
-- before it has expired. Never under a hold, never what is still referred to, and the tables of the trail and of governance not at all. Of a job that was driven, and so is
-- referred to, the places go alone. A file in Storage refers to nothing: it goes when its row has gone (public.orphaned_objects). A bed in which
-- nobody lies any more but who is forgotten is cleaned. plan_retention takes it back, run_retention keeps it: they cannot differ. No wait is longer than
-- five seconds, for a row that is locked and not written either: everybody who writes where something was deleted waits behind it.
create or replace function governance.purge(run_id uuid)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '5s'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_table record;
  v_due record;
  v_condition text;
  v_dues jsonb;
  v_graph constant jsonb := (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g);
  v_organisations jsonb;
  v_charts jsonb;
  v_deleted record;
  v_is_done boolean := false;
  v_rows jsonb := '[]';
begin
  lock table public.legal_holds in share mode;
  -- Asked before anything is deleted: what is gone says no longer when it was written.
  select coalesce(jsonb_agg(d order by d.organisation_id, d.retention), '[]')
    into v_organisations
    from (
      select o.id as organisation_id, null::uuid as patient_id, c.retention, v_now - governance.kept_for(o.id, c.retention) as written_before
      from public.organisations as o
      cross join (select distinct c.retention from governance.classification as c) as c
    ) as d;
  select coalesce(jsonb_agg(d order by d.organisation_id, d.patient_id, d.retention), '[]')
    into v_charts
    from (
      select o.organisation_id, p.id as patient_id, o.retention, o.written_before
      from jsonb_to_recordset(v_organisations) as o (organisation_id uuid, retention text, written_before timestamptz)
      join public.patients as p on p.organisation_id = o.organisation_id
      where o.retention in ('chart', 'consent')
        and p.created_at <= o.written_before
        and governance.kept_until(p.organisation_id, p.id, o.retention, v_graph) <= v_now
    ) as d;
  -- What is deleted frees what it referred to: again until nothing is.
  while not v_is_done loop
    v_is_done := true;
    for v_table in
      select c.schema_name || '.' || c.table_name as relation, c.retention, v_graph ->> (c.schema_name || '.' || c.table_name) as condition,
        -- The last entry of a chart decides for all of it, and for the consents that opened it.
        c.retention in ('chart', 'consent') and v_graph ? (c.schema_name || '.' || c.table_name) as is_of_a_chart,
        governance.unreferenced(r.oid::regclass::text, true) as free,
        governance.of_what_stays(r.oid::regclass::text) as is_part,
        exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'expires_at') as expires,
        -- Name and licence of who wrote a chart belong to it: a member, and what licenses them, stays for as long as anything there is theirs. So does
        -- who wrote down for a patient what they refuse, or ended it: without their row it would be the patient's word, or the word of nobody.
        case
          when c.retention = 'general'
            and c.subjects = '{staff}'
            and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'user_id')
          then (
            select string_agg(
              format(
                ' and not exists (select from %I.%I as x where x.organisation_id = t.organisation_id and x.created_by_user_id = t.user_id)',
                k.schema_name, k.table_name
              ),
              '' order by k.schema_name, k.table_name
            )
            from governance.classification as k
            where k.retention = 'chart'
              and k.domain = 'clinical'
              and k.level not in ('PUBLIC', 'INTERNAL')
              and 2 = (
                select count(*)
                from pg_attribute as a
                where a.attrelid = to_regclass(format('%I.%I', k.schema_name, k.table_name))
                  and a.attname in ('organisation_id', 'created_by_user_id')
              )
          )
          || ' and not exists (select from public.access_restrictions as x where x.organisation_id = t.organisation_id and x.created_by_user_id = t.user_id)'
          || ' and not exists (
                 select
                 from public.consents as x
                 where x.organisation_id = t.organisation_id
                   and x.last_status_change_by_user_id = t.user_id
                   and x.status = ''withdrawn''
                   and not x.break_glass_allowed
               )'
        end as is_no_author,
        case when exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'updated_at') then 'greatest(t.created_at, t.updated_at)' else 't.occurred_at' end as age
      from governance.classification as c
      join pg_class as r on r.oid = to_regclass(format('%I.%I', c.schema_name, c.table_name)) and not r.relispartition
      where c.schema_name in ('public', 'audit')
        and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname = 'organisation_id')
        and exists (select from pg_attribute as a where a.attrelid = r.oid and a.attname in ('updated_at', 'occurred_at'))
        and exists (select from pg_index as i where i.indrelid = r.oid and i.indisprimary)
      order by c.schema_name, c.table_name
    loop
      v_condition := format(
        't.organisation_id = $1 and %s and not exists (
           select from public.legal_holds as h
           where h.organisation_id = t.organisation_id and h.released_at is null and (h.patient_id is null%s)
         ) and %s',
        case
          when v_table.is_of_a_chart then '(' || v_table.condition || ') and $3 is not null'
          when v_table.retention = 'general' then 't.archived_at <= $3 and $2 is null' || coalesce(v_table.is_no_author, '')
          else v_table.age || ' <= $3 and $2 is null and not (' || v_table.is_part || ')'
            || case when v_table.expires then ' and not (t.expires_at > authz.now())' else '' end
        end,
        coalesce(' or ' || replace(replace(v_table.condition, '$2', 'h.patient_id'), '$1', 'h.organisation_id'), ''),
        v_table.free
      );
      -- Whose anything is due is asked of all at once: most have nothing, and a statement for each takes thousands of clinics minutes.
      execute format(
        'select coalesce(jsonb_agg(due), ''[]'')
         from jsonb_to_recordset($1) as due (organisation_id uuid, patient_id uuid, retention text, written_before timestamptz)
         where due.retention = $2 and exists (select from %s as t where %s)',
        v_table.relation,
        replace(replace(replace(v_condition, '$1', 'due.organisation_id'), '$2', 'due.patient_id'), '$3', 'due.written_before')
      )
      into strict v_dues
      using case when v_table.is_of_a_chart then v_charts else v_organisations end, v_table.retention;
      for v_due in
        select due.organisation_id, due.patient_id, due.written_before
        from jsonb_to_recordset(v_dues) as due (organisation_id uuid, patient_id uuid, written_before timestamptz)
      loop
        select d.row_count, d.record_keys
          into v_deleted
          from governance.delete_rows(v_table.relation, v_condition, v_due.organisation_id, v_due.patient_id, v_due.written_before) as d;
        if v_deleted.row_count > 0 then
          v_is_done := false;
          perform governance.bury(
            v_due.organisation_id, 'retention', run_id, v_table.relation, null, v_deleted.record_keys, session_user::text
          );
          v_rows := v_rows || jsonb_build_object(
            'organisation_id', v_due.organisation_id, 'table', v_table.relation, 'retention', v_table.retention, 'keys', to_jsonb(v_deleted.record_keys)
          );
        end if;
      end loop;
    end loop;
  end loop;
  -- A stay that nobody ended goes with its chart, and no trigger sees it go: nobody lies in its bed any more.
  for v_due in
    select distinct r.organisation_id
    from jsonb_to_recordset(v_rows) as r (organisation_id uuid, "table" text)
    where r."table" = 'public.admissions'
    order by 1
  loop
    perform set_config('app.pinned_organisation_id', v_due.organisation_id::text, true);
    update public.beds as b
       set status = 'cleaning'
     where b.organisation_id = v_due.organisation_id
       and b.status = 'occupied'
       and not exists (
         select
         from public.admissions as a
         where a.organisation_id = b.organisation_id
           and a.bed_id = b.id
           and a.status = 'admitted'
           and a.archived_at is null
       );
  end loop;
  for v_due in
    select f.organisation_id, f.record_keys
    from governance.forget_driven(v_organisations) as f
  loop
    perform governance.bury(
      v_due.organisation_id, 'retention', run_id, 'public.transfer_jobs', 'packet', v_due.record_keys, session_user::text
    );
    v_rows := v_rows || jsonb_build_object(
      'organisation_id', v_due.organisation_id, 'table', 'public.transfer_jobs', 'column', 'packet', 'retention', 'grant',
      'keys', to_jsonb(v_due.record_keys)
    );
  end loop;
  for v_due in
    select distinct r.organisation_id
    from jsonb_to_recordset(v_rows) as r (organisation_id uuid)
    order by 1
  loop
    perform governance.close_burial(v_due.organisation_id, 'retention', run_id, session_user::text);
  end loop;
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(s)) order by s.organisation_id, s."table" collate "C", s."column" nulls first), '[]')
    from (
      select r.organisation_id, r."table", r."column", r.retention, count(*) as rows,
        authz.digest(string_agg(k.value, E'\n' order by k.value collate "C")) as keys_sha256
      from jsonb_to_recordset(v_rows) as r (organisation_id uuid, "table" text, "column" text, retention text, keys jsonb)
      cross join jsonb_array_elements_text(r.keys) as k
      group by r.organisation_id, r."table", r."column", r.retention
    ) as s
  );
exception
  when lock_not_available then
    raise exception 'somebody keeps locked what is to be destroyed'
      using errcode = 'CD018', hint = 'Ask again when the transaction that keeps it has ended; nothing was destroyed.';
end
$$;

-- migrate:down
