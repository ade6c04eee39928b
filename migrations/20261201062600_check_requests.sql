-- migrate:up
-- Why: requests are checked in the order of N-53 before any policy, sign-ins are given realm and organisation by live rows, and restricted reads are counted.
-- Access: +9 grants, +8 policies, 5 definer functions
--   + supabase_auth_admin may use schema authz
--   + cordon_definer may execute function authz.refuse(text, integer, text, text, jsonb)
--   ~ authz.count_restricted_read is written, and runs with the rights of its owner
--   ~ authz.custom_access_token_hook is written, and runs with the rights of its owner
--   + supabase_auth_admin may execute function authz.custom_access_token_hook(jsonb)
--   ~ authz.tg_users__password is written, and runs with the rights of its owner
--   ~ authz.tg_users__profile is written, and runs with the rights of its owner
--   ~ public.pre_request is written, and runs with the rights of its owner
--   + anon may execute function public.pre_request()
--   + authenticated may execute function public.pre_request()
--   + internal_ops may execute function public.pre_request()
--   + patient may execute function public.pre_request()
--   + service_role may execute function public.pre_request()
--   + policy provider_fence on authz.restricted_reads: restrictive, all to authenticated
--   + policy patient_fence on authz.restricted_reads: restrictive, all to patient
--   + policy internal_ops_fence on authz.restricted_reads: restrictive, all to internal_ops
--   + policy anon_fence on authz.restricted_reads: restrictive, all to anon
--   + policy definer_select on authz.restricted_reads: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on authz.restricted_reads: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on authz.restricted_reads: update to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.profiles: insert to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (read_at, user_id), insert (user_id), update (read_at) on authz.restricted_reads
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.profiles
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- authz.restricted_reads: one row per login, with the moments of the last minute.
create table authz.restricted_reads (
  user_id uuid not null,
  read_at timestamptz[] not null default '{}',
  constraint restricted_reads_pkey primary key (user_id),
  constraint restricted_reads_user_id_fkey foreign key (user_id) references public.profiles (user_id) on delete restrict,
  constraint restricted_reads_read_at_check check (cardinality(read_at) <= 6000)
);
comment on table authz.restricted_reads is 'Moments at which a login read restricted records, of the last minute before its last read. [N-52]';
comment on column authz.restricted_reads.read_at is 'Oldest first.';
alter table authz.restricted_reads enable row level security;
alter table authz.restricted_reads force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('authz', 'restricted_reads', 'INTERNAL', 'ops', 'grant', '{staff}');

-- Supabase Auth calls its hook by name, and may execute nothing else there.
grant usage on schema authz to supabase_auth_admin;

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.refuse: a refusal with the HTTP status that it means, where a request of PostgREST asks: SQLSTATE PGRST carries status, headers and
-- the code that applications read. Over a plain connection it is the code itself.
create or replace function authz.refuse(code text, status integer, message text, hint text, headers jsonb default '{}')
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  if nullif(current_setting('request.method', true), '') is null then
    raise exception '%', refuse.message using errcode = refuse.code, hint = refuse.hint;
  end if;
  raise exception using
    errcode = 'PGRST',
    message = json_build_object('code', refuse.code, 'message', refuse.message, 'details', null, 'hint', refuse.hint)::text,
    detail = json_build_object('status', refuse.status, 'headers', refuse.headers)::text;
end
$$;
comment on function authz.refuse(text, integer, text, text, jsonb) is
  'Raises the code, inside a request of PostgREST as SQLSTATE PGRST with the HTTP status and headers. [N-53]';
revoke all on function authz.refuse(text, integer, text, text, jsonb) from public;
grant execute on function authz.refuse(text, integer, text, text, jsonb) to cordon_definer;

-- authz.count_restricted_read: whoever reads restricted records one by one reads at most so many a minute (N-52). The functions that hand
-- them out call it first. A row per login holds the moments of its last reads; its lock lets two at once be one after the other. It writes,
-- so that such a function is called by POST; and a transaction that is rolled back gives its reads back, so that what it read must have been
-- logged by means that a rollback does not undo.
create or replace function authz.count_restricted_read()
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_now constant timestamptz := authz.now();
  v_limit constant integer := (select d.restricted_reads_per_minute from authz.deployment_settings as d);
  v_read_at timestamptz[];
begin
  if v_user_id is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Sign in; a link from a mail or an anonymous session is not enough.';
  end if;
  insert into authz.restricted_reads as r (user_id) values (v_user_id) on conflict (user_id) do nothing;
  select array(select u.at from unnest(r.read_at) as u (at) where u.at > v_now - interval '1 minute' order by u.at)
    into v_read_at
    from authz.restricted_reads as r
   where r.user_id = v_user_id
     for update;
  if cardinality(v_read_at) >= v_limit then
    perform authz.refuse(
      'CD041', 429, 'too many restricted reads in a minute', 'Wait, and read what is needed; an export is another way.',
      jsonb_build_object('Retry-After', ceil(extract(epoch from v_read_at[1] + interval '1 minute' - v_now))::integer::text)
    );
  end if;
  update authz.restricted_reads as r set read_at = v_read_at || v_now where r.user_id = v_user_id;
end
$$;
comment on function authz.count_restricted_read() is
  'Counts one restricted read of the caller; CD041 beyond deployment_settings.restricted_reads_per_minute, 42501 without a live session. [N-52]';
alter function authz.count_restricted_read() owner to cordon_definer;
revoke all on function authz.count_restricted_read() from public;

-- authz.custom_access_token_hook: Supabase Auth asks it before every access token it issues, refreshed ones included. It sets the realm
-- (the Postgres role that the token becomes) and the organisation that the session begins in, both from live rows: what the login's own
-- row, its metadata or the event claim is overwritten. It only ever names; each statement looks the rows up again (N-16).
-- A login of several realms acts in one: operations, then staff, then portal. Without any it is staff of nothing, and reads nothing.
create or replace function authz.custom_access_token_hook(event jsonb)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := event -> 'claims';
  v_asked constant text := lower(v_claims -> 'app_metadata' ->> 'organisation_id');
  v_user_id uuid;
  v_realm text := 'authenticated';
  v_organisation_id text;
  v_metadata jsonb := '{}';
begin
  v_user_id := (event ->> 'user_id')::uuid;
  if jsonb_typeof(v_claims) is distinct from 'object' or (v_claims ->> 'sub')::uuid is distinct from v_user_id or v_user_id is null then
    return '{"error": {"http_code": 403, "message": "the sign-in names no login"}}';
  end if;

  if exists (select from public.ops_members as m where m.user_id = v_user_id and m.is_active and m.archived_at is null) then
    v_realm := 'internal_ops';
  elsif exists (select from authz.live_memberships as m where m.user_id = v_user_id) then
    select case
             when count(*) = 1 then min(m.organisation_id::text)
             else min(m.organisation_id::text) filter (where m.organisation_id::text = v_asked)
           end
      into v_organisation_id
      from authz.live_memberships as m
     where m.user_id = v_user_id;
  elsif exists (select from authz.live_patient_accounts as a where a.user_id = v_user_id) then
    v_realm := 'patient';
  end if;

  if jsonb_typeof(v_claims -> 'app_metadata') = 'object' then
    v_metadata := (v_claims -> 'app_metadata') - 'organisation_id';
  end if;
  if v_organisation_id is not null then
    v_metadata := v_metadata || jsonb_build_object('organisation_id', v_organisation_id);
  end if;
  return jsonb_build_object('claims', v_claims || jsonb_build_object('role', v_realm, 'app_metadata', v_metadata));
exception
  when data_exception then -- an id that is none
    return '{"error": {"http_code": 403, "message": "the sign-in names no login"}}';
end
$$;
comment on function authz.custom_access_token_hook(jsonb) is
  'Hook of Supabase Auth: the event''s claims with role (internal_ops, authenticated or patient) and app_metadata.organisation_id from live rows, or {"error"} where the event names no login. For supabase_auth_admin alone. [N-16, S-02, S-12]';
alter function authz.custom_access_token_hook(jsonb) owner to cordon_definer;
revoke all on function authz.custom_access_token_hook(jsonb) from public;
grant execute on function authz.custom_access_token_hook(jsonb) to supabase_auth_admin;

-- authz.tg_users__password: a new password ends every session, the one that set it included (S-15): Supabase Auth itself keeps that one,
-- and whoever found it open would stay. It also fires when Auth encrypts an old hash anew at a sign-in, which then ends the other
-- sessions: the new one begins after it. Owned by the migrating role: on hosted Supabase no other can be given USAGE on auth.
create or replace function authz.tg_users__password()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.encrypted_password is distinct from old.encrypted_password then
    delete from auth.sessions as s where s.user_id = new.id; -- and their refresh tokens with them
    delete from auth.refresh_tokens as t where t.user_id = new.id::text; -- those of no session
  end if;
  return null;
end
$$;
comment on function authz.tg_users__password() is
  'Ends every session and refresh token of a login whose password changes. [S-15]';
revoke all on function authz.tg_users__password() from public;

-- authz.tg_users__profile: every login has a profile to act under, and nothing else: no membership, and no name, which a sign-up would
-- choose freely and colleagues would believe (S-12). A name is given when an invitation is accepted, or by the server. Somebody
-- anonymous gets theirs when they become somebody.
create or replace function authz.tg_users__profile()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not new.is_anonymous then
    insert into public.profiles (user_id, display_name) values (new.id, 'Unnamed') on conflict (user_id) do nothing;
  end if;
  return null;
end
$$;
comment on function authz.tg_users__profile() is
  'Gives a new login its profile, named "Unnamed". [S-12]';
alter function authz.tg_users__profile() owner to cordon_definer;
revoke all on function authz.tg_users__profile() from public;

-- public.pre_request: PostgREST calls it before each request's own statement, after it has verified the token and set role, claims and
-- headers (pgrst.db_pre_request). The order is N-53's: token, session, context, and only then policies. It opens nothing: whatever it lets
-- pass is asked again by every policy. In public, because callers may name nothing of authz.
create or replace function public.pre_request()
  returns void
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_role constant text := current_setting('role');
  v_now constant numeric := extract(epoch from clock_timestamp());
  v_caller constant record := authz.caller(); -- the token, and the context asked for: CD001 and CD002 where either is malformed
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  v_headers jsonb;
  v_organisation_id uuid;
begin
  -- Session. PostgREST verifies the token's times too; a pooled setting or another gateway may not.
  if v_role in ('authenticated', 'internal_ops', 'patient')
    and (
      v_caller.user_id is null
      or v_role is distinct from v_claims ->> 'role'
      or (jsonb_typeof(v_claims -> 'exp') = 'number' and (v_claims ->> 'exp')::numeric < v_now - 30)
      or (jsonb_typeof(v_claims -> 'nbf') = 'number' and (v_claims ->> 'nbf')::numeric > v_now + 30)
    )
  then
    perform authz.refuse(
      'CD040', 401, 'no live session', 'Sign in with the password; a link from a mail or an anonymous session is not enough.',
      jsonb_build_object('WWW-Authenticate', 'Bearer error="invalid_token"')
    );
  end if;

  -- Context: what the request says about itself.
  begin
    v_headers := coalesce(nullif(current_setting('request.headers', true), ''), '{}')::jsonb;
    v_organisation_id := nullif(v_headers ->> 'x-organisation-id', '')::uuid;
  exception
    when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, too deep
      raise exception 'the chosen organisation is not a UUID, or the headers are not JSON'
        using errcode = 'CD002', hint = 'Give the organisation''s id in the header x-organisation-id.';
  end;
  if v_role = 'authenticated'
    and v_organisation_id is not null
    and not exists (
      select
      from authz.live_memberships as m
      where m.user_id = v_caller.user_id
        and m.organisation_id = v_organisation_id
    )
  then
    raise exception 'organisation not found'
      using errcode = 'insufficient_privilege', hint = 'Choose an organisation where your membership is active.';
  end if;
  if nullif(v_headers ->> 'x-purpose', '') is not null
    and not exists (select from public.consent_purposes as p where p.purpose = v_headers ->> 'x-purpose')
  then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes in the header x-purpose.';
  end if;
  if length(v_headers ->> 'x-justification') > 2000 then
    raise exception 'the justification is too long'
      using errcode = 'CD042', hint = 'Give at most 2000 characters in the header x-justification.';
  end if;
end
$$;
comment on function public.pre_request() is
  'Refuses a request before any policy is asked: CD001 malformed claims, CD040 no live session, CD002, CD006 and CD042 malformed headers, 42501 an organisation that is not the caller''s. [N-12, N-52, N-53, S-13]';
alter function public.pre_request() owner to cordon_definer;
revoke all on function public.pre_request() from public;
grant execute on function public.pre_request() to anon, authenticated, internal_ops, patient, service_role;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on authz.restricted_reads
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on authz.restricted_reads is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on authz.restricted_reads
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on authz.restricted_reads is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on authz.restricted_reads
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on authz.restricted_reads is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on authz.restricted_reads
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on authz.restricted_reads is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on authz.restricted_reads
  for select to cordon_definer
  using (true);
comment on policy definer_select on authz.restricted_reads is
  'definer functions may read every row (authz.count_restricted_read: how often in the last minute). [N-52]';

create policy definer_insert on authz.restricted_reads
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on authz.restricted_reads is
  'definer functions may create every row (authz.count_restricted_read: the first read of a login). [N-52]';

create policy definer_update on authz.restricted_reads
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on authz.restricted_reads is
  'definer functions may change every row (authz.count_restricted_read: one read more). [N-52]';

create policy definer_insert on public.profiles
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.profiles is
  'definer functions may create every row (authz.tg_users__profile: a profile for every login). [S-12]';

grant
  select (read_at, user_id),
  insert (user_id),
  update (read_at)
  on authz.restricted_reads to cordon_definer;

-- migrate:down
