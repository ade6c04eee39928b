-- migrate:up
-- Why: schemas, the realms beside Supabase's roles, and defaults that leave every new object closed.
-- Access: +12 grants, -1 grant, 4 changed, 1 DO block
--   ~ alter default privileges revoke execute on functions from public
--   ~ alter default privileges in schema public revoke all on tables from anon, authenticated, service_role
--   ~ alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role
--   ~ alter default privileges in schema public revoke all on functions from anon, authenticated, service_role
--   - everyone (PUBLIC) may no longer create in schema public
--   ~ a DO block: read it, its statements are not listed
--   + current_user becomes a member of cordon_definer
--   + current_user becomes a member of cordon_insights
--   + authenticator becomes a member of internal_ops
--   + authenticator becomes a member of patient
--   + internal_ops may use schema public
--   + patient may use schema public
--   + cordon_definer may use schema public
--   + cordon_definer may use schema authz
--   + cordon_definer may use schema audit
--   + cordon_definer may use schema governance
--   + cordon_insights may use schema public
--   + cordon_insights may use schema authz
-- Locks: none on existing tables but those of a DO block: read it, they are not listed

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- New objects start closed. EXECUTE for PUBLIC can only be withdrawn globally: the per-schema form is a no-op. What the
-- platform grants by default in schema public is withdrawn per schema, because it was granted per schema.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public
  revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public
  revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public
  revoke all on functions from anon, authenticated, service_role;
revoke create on schema public from public;

-- Roles belong to the cluster, which other databases may share: create what is missing, change nothing else.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'internal_ops') then
    create role internal_ops nologin noinherit;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'patient') then
    create role patient nologin noinherit;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'cordon_definer') then
    create role cordon_definer nologin noinherit;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'cordon_insights') then
    create role cordon_insights nologin noinherit;
  end if;
end
$$;
-- From 16 on a creator administers a role without being able to act as it; handing functions over needs that.
grant cordon_definer, cordon_insights to current_user;
grant internal_ops, patient to authenticator;
comment on role internal_ops is 'Realm of SOSCOMMAND''s operations; a token''s role, opened by a live row of ops_members.';
comment on role patient is 'Realm of the patient portal; opened by a live patient account.';
comment on role cordon_definer is 'Owner of security definer functions: no login, no BYPASSRLS; its grants list what they touch.';
-- Apart, because its grants list each column that can be in what leaves for a vendor, which those of cordon_definer would not.
comment on role cordon_insights is
  'Owner of smart_insights_payload: no login, no BYPASSRLS; it reads the columns that may leave, and nothing else. [S-23]';

create schema if not exists authz;
comment on schema authz is 'Context and predicates that policies call. Not exposed; callers hold EXECUTE and no USAGE.';
create schema if not exists audit;
comment on schema audit is 'Logs and seals. Not exposed.';
create schema if not exists governance;
comment on schema governance is 'Catalogue of the data and of its rules. Not exposed.';
revoke all on schema authz, audit, governance from public;

grant usage on schema public to internal_ops, patient, cordon_definer;
-- Its functions decide there; callers still may not enter.
grant usage on schema authz, audit, governance to cordon_definer;
grant usage on schema public, authz to cordon_insights;

-- migrate:down
