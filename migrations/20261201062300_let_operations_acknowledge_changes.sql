-- migrate:up
-- Why: a migration on what operations share is proposed, and decided by operations, in the database.
-- Side: operations
-- Access: +4 grants, +6 policies, 4 definer functions
--   ~ authz.decide_schema_change is written, and runs with the rights of its owner
--   ~ public.acknowledge_schema_change is written, and runs with the rights of its owner
--   + internal_ops may execute function public.acknowledge_schema_change(text, text)
--   ~ public.list_schema_changes is written, and runs with the rights of its owner
--   + internal_ops may execute function public.list_schema_changes(boolean)
--   ~ public.reject_schema_change is written, and runs with the rights of its owner
--   + internal_ops may execute function public.reject_schema_change(text, text, text)
--   + policy provider_fence on governance.schema_changes: restrictive, all to authenticated
--   + policy patient_fence on governance.schema_changes: restrictive, all to patient
--   + policy internal_ops_fence on governance.schema_changes: restrictive, all to internal_ops
--   + policy anon_fence on governance.schema_changes: restrictive, all to anon
--   + policy definer_select on governance.schema_changes: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on governance.schema_changes: update to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (11 columns), update (decided_at, decided_by_user_id, decided_ip, ip_source, note, status) on governance.schema_changes
-- Locks: 1 existing table, until the migration commits
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- governance.schema_changes: the handshake: what a migration changes of what operations share, and what they said to it. The checksum stands in
-- the key: who edits a migration after it was acknowledged has another one, which nobody has.
create table governance.schema_changes (
  version text not null,
  checksum text not null,
  name text not null,
  access text[] not null default '{}',
  shared_objects text[] not null,
  status text not null default 'proposed',
  proposed_by text not null default session_user,
  decided_at timestamptz,
  decided_by_user_id uuid,
  decided_ip inet,
  ip_source text,
  note text,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint schema_changes_pkey primary key (version, checksum),
  constraint schema_changes_version_check check (version ~ '^[0-9]{14}$'),
  constraint schema_changes_checksum_check check (checksum ~ '^[0-9a-f]{64}$'),
  constraint schema_changes_name_check check (length(name) between 1 and 200),
  constraint schema_changes_status_check check (status in ('proposed', 'acknowledged', 'rejected')),
  constraint schema_changes_decision_check check (
    case status
      when 'proposed' then num_nonnulls(decided_at, decided_by_user_id, decided_ip, ip_source, note) = 0
      else num_nulls(decided_at, decided_by_user_id, ip_source) = 0 and (status = 'acknowledged' or note is not null)
    end
  ),
  constraint schema_changes_ip_source_check check (ip_source in ('edge', 'unknown')),
  constraint schema_changes_note_check check (length(note) between 10 and 1000),
  constraint schema_changes_actor_kind_check check (actor_kind in ('user', 'system'))
);
comment on table governance.schema_changes is
  'Migrations proposed to operations, and their answer: who, when, from where. [S-28]';
comment on column governance.schema_changes.checksum is 'SHA-256 of the migration''s file: what sha256sum prints.';
comment on column governance.schema_changes.access is 'What it changes in who may do what, in sentences.';
comment on column governance.schema_changes.shared_objects is 'What it touches of what operations hold privileges on.';
alter table governance.schema_changes enable row level security;
alter table governance.schema_changes force row level security;
insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('governance', 'schema_changes', 'INTERNAL', 'ops', 'audit', '{staff}');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.decide_schema_change: the answer of operations to a proposal, with who, when and from where.
create or replace function authz.decide_schema_change(version text, checksum text, status text, note text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_address constant inet := authz.client_address();
  v_decided_at timestamptz;
begin
  if authz.acting_realm() <> 'internal_ops' or not authz.is_operator('{admin}') or authz.own_session_id() is null then
    raise exception 'schema changes are not yours to decide'
      using errcode = 'insufficient_privilege', hint = 'It takes an admin of operations, signed in with a session.';
  end if;
  update governance.schema_changes as c
     set status = decide_schema_change.status,
         decided_at = clock_timestamp(),
         decided_by_user_id = v_caller.user_id,
         decided_ip = v_address,
         ip_source = case when v_address is null then 'unknown' else 'edge' end,
         note = decide_schema_change.note
   where c.version = decide_schema_change.version
     and c.checksum = decide_schema_change.checksum
     and c.status = 'proposed'
  returning c.decided_at into v_decided_at;
  if v_decided_at is null then
    raise exception 'proposed change not found'
      using errcode = 'CD010', hint = 'Name version and checksum of a proposal that waits: list_schema_changes.';
  end if;
  return v_decided_at;
end
$$;
comment on function authz.decide_schema_change(text, text, text, text) is
  'Decides a proposed migration. 42501 for who is no admin of operations, CD010 for a proposal that does not wait. [S-28]';
alter function authz.decide_schema_change(text, text, text, text) owner to cordon_definer;
revoke all on function authz.decide_schema_change(text, text, text, text) from public;

-- authz.tg_schema_changes__decided: a change begins proposed, is decided once, by the functions that take the evidence, and by nobody's hand:
-- whoever migrates owns the table, and is the one who asks. Invoker, to know whose hand it is.
create or replace function authz.tg_schema_changes__decided()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.status := 'proposed';
    new.proposed_by := session_user;
    new.decided_at := null;
    new.decided_by_user_id := null;
    new.decided_ip := null;
    new.ip_source := null;
    new.note := null;
    return new;
  end if;
  if tg_op = 'UPDATE'
    and current_user = 'cordon_definer'
    and old.status = 'proposed'
    and (new.version, new.checksum, new.name, new.access, new.shared_objects, new.proposed_by)
      is not distinct from (old.version, old.checksum, old.name, old.access, old.shared_objects, old.proposed_by)
  then
    return new;
  end if;
  raise exception 'a proposed change is decided by operations, once'
    using errcode = 'CD014', hint = 'acknowledge_schema_change or reject_schema_change; an edited migration is proposed anew.';
end
$$;
comment on function authz.tg_schema_changes__decided() is
  'Refuses with CD014 every change of a proposal but its decision by operations. [S-28]';
revoke all on function authz.tg_schema_changes__decided() from public;

-- public.acknowledge_schema_change: operations have read what a migration changes of what they share, and let it come.
create or replace function public.acknowledge_schema_change(version text, checksum text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.decide_schema_change(version, checksum, 'acknowledged', null);
end
$$;
comment on function public.acknowledge_schema_change(text, text) is
  'Acknowledges a proposed migration by its checksum; returns when. 42501 for who is no admin of operations, CD010 for a proposal that does not wait. [S-28]';
alter function public.acknowledge_schema_change(text, text) owner to cordon_definer;
revoke all on function public.acknowledge_schema_change(text, text) from public;
grant execute on function public.acknowledge_schema_change(text, text) to internal_ops;

-- public.list_schema_changes: what waits for operations, and what they have decided: callers have no USAGE on governance.
create or replace function public.list_schema_changes(waiting_only boolean default true)
  returns setof jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_operator('{}') then
    raise exception 'schema changes are not yours to read'
      using errcode = 'insufficient_privilege', hint = 'It takes a member of operations.';
  end if;
  return query
  select jsonb_build_object(
    'version', c.version, 'name', c.name, 'checksum', c.checksum, 'status', c.status, 'access', c.access,
    'shared_objects', c.shared_objects, 'proposed_by', c.proposed_by, 'proposed_at', c.created_at,
    'decided_at', c.decided_at, 'decided_by_user_id', c.decided_by_user_id, 'note', c.note
  )
  from governance.schema_changes as c
  where not waiting_only
    or c.status = 'proposed'
  order by c.version, c.created_at;
end
$$;
comment on function public.list_schema_changes(boolean) is
  'Proposed migrations with what they change, oldest first; all of them with false. 42501 for who is no member of operations. [S-28]';
alter function public.list_schema_changes(boolean) owner to cordon_definer;
revoke all on function public.list_schema_changes(boolean) from public;
grant execute on function public.list_schema_changes(boolean) to internal_ops;

-- public.reject_schema_change: operations say no to a migration, and why.
create or replace function public.reject_schema_change(version text, checksum text, note text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_note constant text := authz.trimmed(note);
begin
  if coalesce(length(v_note), 0) not between 10 and 1000 then
    raise exception 'rejecting a change takes a reason'
      using errcode = 'CD017', hint = 'Say why, in 10 to 1000 characters: whoever proposed it will read it.';
  end if;
  return authz.decide_schema_change(version, checksum, 'rejected', v_note);
end
$$;
comment on function public.reject_schema_change(text, text, text) is
  'Rejects a proposed migration with a reason; returns when. 42501 for who is no admin of operations, CD010 for a proposal that does not wait, CD017 without a reason. [S-28]';
alter function public.reject_schema_change(text, text, text) owner to cordon_definer;
revoke all on function public.reject_schema_change(text, text, text) from public;
grant execute on function public.reject_schema_change(text, text, text) to internal_ops;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on governance.schema_changes
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.schema_changes is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.schema_changes
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.schema_changes is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.schema_changes
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.schema_changes is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.schema_changes
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.schema_changes is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on governance.schema_changes
  for select to cordon_definer
  using (true);
comment on policy definer_select on governance.schema_changes is
  'definer functions may read every row (public.list_schema_changes: for operations; authz.decide_schema_change: what waits). [S-28]';

create policy definer_update on governance.schema_changes
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on governance.schema_changes is
  'definer functions may change every row (authz.decide_schema_change: the answer of operations). [S-28]';

create or replace trigger _021_no_truncate
  before truncate on governance.schema_changes
  for each statement
  execute function authz.tg__no_truncate('schema_changes');
alter table governance.schema_changes enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.schema_changes is
  'Refuses to empty the table, the owner included. [S-28]';

create or replace trigger _030_decided
  before insert or update or delete on governance.schema_changes
  for each row
  execute function authz.tg_schema_changes__decided();
alter table governance.schema_changes enable always trigger _030_decided;
comment on trigger _030_decided on governance.schema_changes is
  'Lets a proposal be decided once, by operations, and never change otherwise. [S-28]';

create or replace trigger _015_read_committed
  before update on governance.schema_changes
  for each row
  when (
    new.status <> old.status
    and current_setting('transaction_isolation') <> 'read committed'
  )
  execute function authz.tg__read_committed();
alter table governance.schema_changes enable always trigger _015_read_committed;
comment on trigger _015_read_committed on governance.schema_changes is
  'Decides a proposal, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-28]';

create or replace trigger _100_stamp
  before insert or update on governance.schema_changes
  for each row
  execute function authz.tg__stamp();
alter table governance.schema_changes enable always trigger _100_stamp;
comment on trigger _100_stamp on governance.schema_changes is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _900_stamped
  after insert on governance.schema_changes
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table governance.schema_changes enable always trigger _900_stamped;
comment on trigger _900_stamped on governance.schema_changes is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on governance.schema_changes
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table governance.schema_changes enable always trigger _901_stamped;
comment on trigger _901_stamped on governance.schema_changes is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant
  select (access, checksum, created_at, decided_at, decided_by_user_id, name, note, proposed_by, shared_objects, status, version),
  update (decided_at, decided_by_user_id, decided_ip, ip_source, note, status)
  on governance.schema_changes to cordon_definer;

-- migrate:down
