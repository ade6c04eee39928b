-- migrate:up
-- Why: A doctor whose token names no live session was told that no rule was theirs.
-- Side: operations
-- Access: 1 definer function
--   ~ public.evaluate_policy is written, and runs with the rights of its owner
--   widens: public.evaluate_policy(text, text, uuid), callable by clinic staff, operations and patients, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- public.evaluate_policy: why the caller may, or may not, do something with a row. It decides nothing: policies do. The
-- realm is the role that the session runs as, which a definer function still finds in the setting.
create or replace function public.evaluate_policy(table_name text, operation text, id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant text := case current_setting('role')
    when 'authenticated' then 'provider'
    when 'internal_ops' then 'internal_ops'
    when 'patient' then 'patient'
  end;
  v_user_id constant uuid := authz.user_id();
begin
  -- Of what they name, whoever has no session learns as much as anybody: whether it is a table with rules, and an operation.
  if v_user_id is null and authz.rules_of(table_name) is not null and operation in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') then
    return authz.verdict(false, 'no live session', '[{"condition": "session", "satisfied": false}]', false, false);
  end if;
  return authz.simulate(
    table_name, operation, id, coalesce(v_realm, 'none'), v_user_id,
    case when v_realm = 'provider' then authz.organisation_id() end, authz.now(), authz.client_address(), authz.purpose()
  );
end
$$;

-- migrate:down
