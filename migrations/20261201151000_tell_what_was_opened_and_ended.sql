-- migrate:up
-- Why: A restriction that is lifted, and an account that is ended, are told as what they are; of the past it is judged who was a member then
-- Access: 3 definer functions
--   ~ authz.simulate is written, and runs with the rights of its owner
--   ~ authz.tg_access_restrictions__security is written, and runs with the rights of its owner
--   ~ authz.tg_patient_accounts__security is written, and runs with the rights of its owner
--   widens: authz.security_event_keys(text), which 4 constraints ask, has another text
--   widens: authz.simulate(text, text, uuid, text, uuid, uuid, timestamp with time zone, inet, text, boolean), which 5 functions, 4 policies and 1 trigger ask, has another text
--   widens: authz.tg_access_restrictions__security() is new, which 1 trigger asks
--   widens: authz.tg_patient_accounts__security(), which 1 trigger asks, has another text
--   widens: the trigger _600_security now guards public.access_restrictions
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.access_restrictions

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.simulate: what the rules say of one row for one caller, moment and address, with the verdict of every condition.
-- It says no more of a row than that it was not found, unless the caller's role and realm reach it. Of rows of one id in
-- several organisations it judges those that the caller reaches, as a statement that names the id does, and tells what is
-- best for them. STABLE, so that PostgreSQL itself refuses it any write.
-- Of a moment in the past it asks who had agreed to be a member by then, and what patients consented to at it. Whether it is past says the caller: the
-- clock has gone on since they read it, and what holds now was given in between.
create or replace function authz.simulate(
  table_name text, operation text, id uuid, realm text, user_id uuid, organisation_id uuid, at timestamptz, address inet,
  purpose text, past boolean default false
)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rules constant jsonb := authz.rules_of(table_name);
  v_role text;
  v_rank integer;
  v_capabilities text[];
  v_rule jsonb;
  v_answer jsonb;
  v_audience boolean := false;
begin
  if operation not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') or operation is null then
    raise exception 'unknown operation'
      using errcode = 'CD012', hint = 'Use SELECT, INSERT, UPDATE or DELETE.';
  end if;
  select m.role, m.rank, m.capabilities
    into v_role, v_rank, v_capabilities
    from authz.membership_at(realm, user_id, organisation_id, at) as m
   where not past
      or realm <> 'provider'
      or exists (
        select
        from public.organisation_members as a
        where a.organisation_id = simulate.organisation_id
          and a.user_id = simulate.user_id
          and (
            a.accepted_at <= at
            -- Who was put out and let in again accepted again: of the time before tells what is kept of it. Whom the system wrote was in at once.
            or exists (
              select
              from audit.security_events as e
              where e.organisation_id = a.organisation_id
                and e.entity_id = a.id
                and (e.event_type = 'membership.accepted' or (e.event_type = 'membership.granted' and e.actor_realm = 'system'))
                and e.occurred_at <= at
                and not exists (
                  select
                  from audit.security_events as x
                  where x.organisation_id = e.organisation_id
                    and x.entity_id = e.entity_id
                    and x.event_type = 'membership.ended'
                    and x.occurred_at between e.occurred_at and at
                )
            )
          )
      );

  -- Whether any rule is theirs does not depend on the row, and is answered before it is looked for.
  for v_rule in select r from jsonb_array_elements(v_rules -> 'rules') as r loop
    v_audience := v_audience or (
      v_rule ->> 'realm' = realm and v_rule ->> 'operation' = operation
      and authz.is_of_audience(v_rule, v_role, v_capabilities)
    );
  end loop;
  if not v_audience then
    return authz.verdict(false, 'no rule for this role', '[{"condition": "role", "satisfied": false}]', false, false);
  end if;

  select j.verdict
    into v_answer
    from authz.records_of(v_rules, id, realm, user_id, organisation_id) with ordinality as r (record, place)
   cross join lateral authz.judge(
           v_rules, case when past then authz.record_at(v_rules, r.record, user_id, at) else r.record end, operation, realm, user_id, v_role, v_rank, v_capabilities, organisation_id, at, address, purpose
         ) as j (verdict)
   order by (j.verdict ->> 'allowed')::boolean desc, j.verdict ->> 'reason' = 'not found', r.place
   limit 1;
  return coalesce(v_answer, authz.verdict(false, 'not found', '[]', false, false));
end
$$;

-- authz.security_event_keys: the types of security events and what each must say. A table of constants, so that a CHECK can ask it. What has
-- no organisation (catalog, deployment, operator, key) stands in audit.deployment_events, all else in audit.security_events.
create or replace function authz.security_event_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'emergency_access.opened' then '{patient_id,expires_at}'
    when 'emergency_access.closed' then '{patient_id}'
    when 'emergency_access.reviewed' then '{patient_id,outcome}'
    when 'membership.granted' then '{user_id,role,capabilities}'
    when 'membership.accepted' then '{user_id}'
    when 'membership.role_changed' then '{user_id,from,to}'
    when 'membership.capabilities_changed' then '{user_id,from,to}'
    when 'membership.validity_changed' then '{user_id,from,to}'
    when 'membership.ended' then '{user_id}'
    when 'membership.resumed' then '{user_id}'
    when 'patient_account.proposed' then '{user_id,patient_id,relationship}'
    when 'patient_account.opened' then '{user_id,patient_id,relationship}'
    when 'patient_account.revoked' then '{user_id,patient_id,relationship}'
    when 'access_restriction.lifted' then '{patient_id}'
    when 'care_relationship.opened' then '{user_id,patient_id,ground,starts_at,ends_at}'
    when 'care_relationship.period_changed' then '{user_id,patient_id,from,to}'
    when 'care_relationship.archived' then '{user_id,patient_id}'
    when 'organisation.archived' then '{}'
    when 'organisation.restored' then '{archived_at,archived_by_user_id}'
    when 'organisation.regime_changed' then '{from,to}'
    when 'organisation.hours_changed' then '{from,to}'
    when 'organisation.timezone_changed' then '{from,to}'
    when 'organisation.kind_changed' then '{from,to}'
    when 'organisation.name_changed' then '{from,to}'
    when 'organisation.legal_bases_changed' then '{from,to}'
    when 'organisation.network_changed' then '{from,to}'
    when 'organisation.retention_changed' then '{from,to}'
    when 'chart.overwritten' then '{table,columns}'
    when 'payment.archived' then '{invoice_id,amount_minor,currency}'
    when 'payment.restored' then '{invoice_id,amount_minor,currency}'
    when 'medical_record.unprotected' then '{}'
    when 'frozen_write.suppressed' then '{event_id,what,operation}'
    when 'signed_form.terminated' then '{termination_sha256}'
    when 'data.exported' then '{kind}'
    when 'smart_insights.switched' then '{enabled}'
    when 'deployment.settings_changed' then '{from,to}'
    when 'key.rotated' then '{from,to}'
    when 'operator.granted' then '{role}'
    when 'operator.role_changed' then '{from,to}'
    when 'operator.ended' then '{role}'
    when 'operator.resumed' then '{role}'
    when 'catalog.ddl' then '{command}'
    when 'catalog.first_seen' then '{kind,from,to}'
    when 'catalog.trigger_added' then '{kind,from,to}'
    when 'catalog.trigger_changed' then '{kind,from,to}'
    when 'catalog.trigger_disabled' then '{kind,from,to}'
    when 'catalog.trigger_dropped' then '{kind,from,to}'
    when 'catalog.policy_added' then '{kind,from,to}'
    when 'catalog.policy_altered' then '{kind,from,to}'
    when 'catalog.policy_dropped' then '{kind,from,to}'
    when 'catalog.row_security_on' then '{kind,from,to}'
    when 'catalog.row_security_off' then '{kind,from,to}'
    when 'catalog.table_added' then '{kind,from,to}'
    when 'catalog.table_dropped' then '{kind,from,to}'
    when 'catalog.owner_added' then '{kind,from,to}'
    when 'catalog.owner_changed' then '{kind,from,to}'
    when 'catalog.owner_dropped' then '{kind,from,to}'
    when 'catalog.function_added' then '{kind,from,to}'
    when 'catalog.function_changed' then '{kind,from,to}'
    when 'catalog.function_dropped' then '{kind,from,to}'
    when 'catalog.rights_added' then '{kind,from,to}'
    when 'catalog.rights_changed' then '{kind,from,to}'
    when 'catalog.rights_dropped' then '{kind,from,to}'
    when 'catalog.view_added' then '{kind,from,to}'
    when 'catalog.view_changed' then '{kind,from,to}'
    when 'catalog.view_dropped' then '{kind,from,to}'
    when 'catalog.rule_added' then '{kind,from,to}'
    when 'catalog.rule_changed' then '{kind,from,to}'
    when 'catalog.rule_dropped' then '{kind,from,to}'
    when 'catalog.constraint_added' then '{kind,from,to}'
    when 'catalog.constraint_changed' then '{kind,from,to}'
    when 'catalog.constraint_dropped' then '{kind,from,to}'
    when 'catalog.event_trigger_added' then '{kind,from,to}'
    when 'catalog.event_trigger_changed' then '{kind,from,to}'
    when 'catalog.event_trigger_disabled' then '{kind,from,to}'
    when 'catalog.event_trigger_dropped' then '{kind,from,to}'
    when 'catalog.bypass_granted' then '{kind,from,to}'
    when 'catalog.bypass_revoked' then '{kind,from,to}'
    when 'catalog.membership_granted' then '{kind,from,to}'
    when 'catalog.membership_revoked' then '{kind,from,to}'
    when 'catalog.table_published' then '{kind,from,to}'
    when 'catalog.table_unpublished' then '{kind,from,to}'
  end;
end
$$;

-- authz.tg_access_restrictions__security: what a patient refused, and no longer does, opens a chart: by whose hand (N-37). Whoever lifts for an hour what
-- was written from a paper has told of it here. Whom it shut out is not told: who examines these records reads no restriction.
create or replace function authz.tg_access_restrictions__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(
    new.organisation_id, 'access_restriction.lifted', new.id, jsonb_build_object('patient_id', new.patient_id)
  );
  return null;
end
$$;
comment on function authz.tg_access_restrictions__security() is
  'Records restrictions that were lifted, or put away. [N-18, N-37]';
alter function authz.tg_access_restrictions__security() owner to cordon_definer;
revoke all on function authz.tg_access_restrictions__security() from public;

-- authz.tg_patient_accounts__security: a portal account opens a chart: who proposed it, when it was opened, when it ended (N-37).
create or replace function authz.tg_patient_accounts__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_about constant jsonb := jsonb_build_object(
    'user_id', new.user_id, 'patient_id', new.patient_id, 'relationship', new.relationship
  );
  -- A guardian acts until the birthday where nobody has said otherwise; who acts for themselves, or by proxy, without end.
  v_birthday constant timestamptz := case
    when new.relationship = 'guardian' then authz.guardianship_ends_at(new.organisation_id, new.patient_id)
  end;
  v_new_end constant timestamptz := coalesce(new.ends_at, v_birthday, 'infinity');
  v_old_end timestamptz;
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, case when new.confirmed_at is null then 'patient_account.proposed' else 'patient_account.opened' end, new.id, v_about
    );
    return null;
  end if;
  v_old_end := coalesce(old.ends_at, v_birthday, 'infinity');
  -- Whoever brings back what was archived opens it as well, and so does who makes it last longer.
  if (new.confirmed_at is not null and new.revoked_at is null and new.archived_at is null)
    and (
      old.confirmed_at is null or old.archived_at is not null
      or v_new_end > v_old_end
    )
  then
    perform authz.record_security_event(new.organisation_id, 'patient_account.opened', new.id, v_about);
  end if;
  -- An end that is set to now revokes, and nobody takes it back (CD013).
  if old.revoked_at is null and old.archived_at is null and (
    new.revoked_at is not null or new.archived_at is not null or (v_old_end > clock_timestamp() and v_new_end <= clock_timestamp())
  ) then
    perform authz.record_security_event(new.organisation_id, 'patient_account.revoked', new.id, v_about);
  end if;
  return null;
end
$$;

revoke create on schema authz from cordon_definer;

create or replace trigger _600_security
  after update on public.access_restrictions
  for each row
  when (old.lifted_at is null and new.lifted_at is not null)
  execute function authz.tg_access_restrictions__security();
alter table public.access_restrictions enable always trigger _600_security;
comment on trigger _600_security on public.access_restrictions is
  'Records what a patient no longer refuses among the security events. [N-18, N-37]';

-- migrate:down
