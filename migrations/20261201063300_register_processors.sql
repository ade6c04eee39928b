-- migrate:up
-- Why: operations answer for whom data goes to and under what agreement, and leave the switch to the organisation, whose members with insights_admin alone turn it.
-- Side: operations
-- Access: +2 grants, +1 policy, 4 definer functions
--   ~ authz.tg_organisation_settings__insights is written, and runs with the rights of its owner
--   ~ authz.tg_organisation_settings__security is written, and runs with the rights of its owner
--   ~ public.end_processor is written, and runs with the rights of its owner
--   + internal_ops may execute function public.end_processor(text)
--   ~ public.register_processor is written, and runs with the rights of its owner
--   + internal_ops may execute function public.register_processor(text, text, boolean, date, date)
--   + policy definer_insert on governance.processors: insert to cordon_definer, WITHOUT a condition
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE governance.processors
--   SHARE ROW EXCLUSIVE public.organisation_settings

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.tg_organisation_settings__insights: whoever writes the switch, and by whatever way, is a member who holds insights_admin there: not the
-- clinic_admin, not operations, not the server. Nothing is born with it on.
create or replace function authz.tg_organisation_settings__insights()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.smart_insights_enabled = (tg_op = 'UPDATE' and old.smart_insights_enabled) then
    return new;
  end if;
  if authz.organisation_for('{}', '{insights_admin}') is distinct from new.organisation_id then
    raise exception 'insights are not yours to switch'
      using errcode = 'insufficient_privilege', hint = 'It takes a member with the capability insights_admin: set_smart_insights().';
  end if;
  return new;
end
$$;
comment on function authz.tg_organisation_settings__insights() is
  'Refuses with 42501 a change of smart_insights_enabled by anybody but a member with insights_admin. [S-21]';
alter function authz.tg_organisation_settings__insights() owner to cordon_definer;
revoke all on function authz.tg_organisation_settings__insights() from public;

-- authz.tg_organisation_settings__security: who switched Smart Insights, and which way, and who set the hours and the legal bases that open charts, stands
-- among the security events of the organisation.
create or replace function authz.tg_organisation_settings__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.smart_insights_enabled is distinct from old.smart_insights_enabled then
    perform authz.record_security_event(
      new.organisation_id, 'smart_insights.switched', new.organisation_id, jsonb_build_object('enabled', new.smart_insights_enabled)
    );
  end if;
  -- What opens charts: for a night, and set back in the morning, it would leave no trace.
  if new.business_hours is distinct from old.business_hours then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.hours_changed', new.organisation_id,
      jsonb_build_object('from', old.business_hours, 'to', new.business_hours)
    );
  end if;
  if new.legal_bases is distinct from old.legal_bases then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.legal_bases_changed', new.organisation_id,
      jsonb_build_object('from', old.legal_bases, 'to', new.legal_bases)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisation_settings__security() is
  'Records each change of smart_insights_enabled, business_hours and legal_bases. [S-21, N-28, N-37, N-45]';
alter function authz.tg_organisation_settings__security() owner to cordon_definer;
revoke all on function authz.tg_organisation_settings__security() from public;

-- public.end_processor: from its commit on nothing leaves for the vendor of a service; a payload that is being taken is waited for.
create or replace function public.end_processor(service text)
  returns boolean
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_operator('{admin}') then
    raise exception 'processors are not yours to end'
      using errcode = 'insufficient_privilege', hint = 'It takes an admin of operations.';
  end if;
  update governance.processors as p
     set archived_at = now()
   where p.service = end_processor.service
     and p.archived_at is null;
  return found;
end
$$;
comment on function public.end_processor(text) is
  'Ends the agreement with the processor of a service; returns whether there was one. 42501 for who is no admin of operations. [S-24]';
alter function public.end_processor(text) owner to cordon_definer;
revoke all on function public.end_processor(text) from public;
grant execute on function public.end_processor(text) to internal_ops;

-- public.register_processor: the vendor of a service from now on, with the agreement as it was signed: one that allows training is written down
-- too, and nothing leaves under it. Whoever was there before is archived, not changed: dispatches name them.
create or replace function public.register_processor(service text, name text, no_training boolean, dpa_from date, dpa_until date)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'processors are not yours to register'
      using errcode = 'insufficient_privilege', hint = 'It takes an admin of operations.';
  end if;
  perform public.end_processor(service);
  insert into governance.processors (service, name, no_training, dpa_from, dpa_until)
  values (service, name, no_training, dpa_from, dpa_until)
  returning id into v_id;
  return v_id;
end
$$;
comment on function public.register_processor(text, text, boolean, date, date) is
  'Makes a third party the processor of a service, under an agreement from one day to another (UTC, both included); returns its id. 42501 for who is no admin of operations, 23514 for an unknown service or an agreement that ends before it begins, 23505 where somebody registers another at the same time. [S-24]';
alter function public.register_processor(text, text, boolean, date, date) owner to cordon_definer;
revoke all on function public.register_processor(text, text, boolean, date, date) from public;
grant execute on function public.register_processor(text, text, boolean, date, date) to internal_ops;

revoke create on schema authz, public from cordon_definer;

create policy definer_insert on governance.processors
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on governance.processors is
  'definer functions may create every row (public.register_processor: the only hand). [S-24]';

create or replace trigger _060_insights
  before insert or update on public.organisation_settings
  for each row
  execute function authz.tg_organisation_settings__insights();
alter table public.organisation_settings enable always trigger _060_insights;
comment on trigger _060_insights on public.organisation_settings is
  'Lets only members with insights_admin switch Smart Insights. [S-21]';

create or replace trigger _600_security
  after update on public.organisation_settings
  for each row
  execute function authz.tg_organisation_settings__security();
alter table public.organisation_settings enable always trigger _600_security;
comment on trigger _600_security on public.organisation_settings is
  'Records who switched Smart Insights, or set other hours or legal bases, among the security events. [S-21, N-28, N-37, N-45]';

-- migrate:down
