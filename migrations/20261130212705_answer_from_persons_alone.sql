-- migrate:up
-- Why: the client of a third party answered for operations
-- Side: operations
-- Access: 1 definer function
--   ~ authz.decide_schema_change is written, and runs with the rights of its owner
--   widens: authz.decide_schema_change(text, text, text, text), which 2 functions ask, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- migrate:down
