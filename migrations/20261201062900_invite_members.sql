-- migrate:up
-- Why: a clinic_admin invites by address, below their own rank, and one confirmed login accepts, once.
-- Access: +8 grants, +12 policies, 3 definer functions
--   ~ authz.confirmed_address is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.confirmed_address(uuid)
--   + cordon_definer may execute function authz.normal_address(text)
--   + cordon_definer may execute function authz.rules_invitations()
--   ~ public.accept_invitation is written, and runs with the rights of its owner
--   + authenticated may execute function public.accept_invitation(text, text)
--   ~ public.invite_member is written, and runs with the rights of its owner
--   + authenticated may execute function public.invite_member(text, text, text[], integer)
--   + policy provider_fence on public.invitations: restrictive, all to authenticated
--   + policy patient_fence on public.invitations: restrictive, all to patient
--   + policy internal_ops_fence on public.invitations: restrictive, all to internal_ops
--   + policy anon_fence on public.invitations: restrictive, all to anon
--   + policy provider_select on public.invitations: select to authenticated
--   + policy provider_select_rows on public.invitations: restrictive, select to authenticated
--   + policy provider_update on public.invitations: update to authenticated
--   + policy provider_update_rows on public.invitations: restrictive, update to authenticated
--   + policy definer_select on public.invitations: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.invitations: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.invitations: update to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.profiles: update to cordon_definer, WITHOUT a condition
--   + authenticated may select (13 columns), update (archived_at) on public.invitations
--   + cordon_definer may select (11 columns), insert (7 columns), update (accepted_at, accepted_by_user_id, archived_at) on public.invitations
--   + service_role may select on public.invitations
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.profiles
--   SHARE ROW EXCLUSIVE public.organisations
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- public.invitations: who has been asked to join, by address. The token is kept as its digest.
create table public.invitations (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  email text not null,
  role text not null,
  -- A rank is at most 100, and authz.role_rank returns one.
  -- squawk-ignore prefer-bigint-over-smallint
  rank smallint not null generated always as (authz.role_rank(role)) stored,
  capabilities text[] not null default '{}',
  sha256 text not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint invitations_pkey primary key (organisation_id, id),
  constraint invitations_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint invitations_accepted_by_user_id_fkey
    foreign key (accepted_by_user_id) references public.profiles (user_id) on delete restrict,
  constraint invitations_email_check check (
    email = lower(email collate "C") and email ~ '^[^@[:space:][:cntrl:]]{1,64}@[^@[:space:][:cntrl:]]{1,189}$'
  ),
  constraint invitations_role_check check (role in ('clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist')),
  constraint invitations_capabilities_check check (
    capabilities <@ '{finance,transport,break_glass,privacy_officer,insights_admin,auditor}'::text[]
    and cardinality(capabilities) <= 6
  ),
  constraint invitations_sha256_check check (sha256 ~ '^[0-9a-f]{64}$'),
  constraint invitations_accepted_check check ((accepted_at is null) = (accepted_by_user_id is null)),
  constraint invitations_actor_kind_check check (actor_kind in ('user', 'system'))
);
create unique index invitations_organisation_id_email_idx
  on public.invitations (organisation_id, email) where accepted_at is null and archived_at is null;
create index invitations_accepted_by_user_id_idx on public.invitations (accepted_by_user_id);
alter table public.invitations alter column organisation_id set (n_distinct = 100);
comment on table public.invitations is 'Invitations to join an organisation: single use, bound to an address, expiring. [N-05, S-12]';
comment on column public.invitations.email is 'As authz.normal_address spells it.';
comment on column public.invitations.rank is 'Rank of the role; nobody invites at or above their own. [N-05]';
comment on column public.invitations.sha256 is 'SHA-256 of the token, in hexadecimal digits; the token is told once.';
comment on column public.invitations.accepted_by_user_id is 'Who became a member by it.';
alter table public.invitations enable row level security;
alter table public.invitations force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('public', 'invitations', 'CONFIDENTIAL', 'identity', 'grant', '{staff}');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema public to cordon_definer;

-- authz.confirmed_address: the mailbox that a login has shown to be its own, from the login itself and not from its token. Not of those who
-- come through an institution: it says of them whatever address it likes.
-- Owned by the migrating role: on hosted Supabase no other role can be given USAGE on auth.
create or replace function authz.confirmed_address(user_id uuid)
  returns text
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select u.email
    from auth.users as u
    where u.id = confirmed_address.user_id
      and u.email_confirmed_at is not null
      and not u.is_anonymous
      and not u.is_sso_user
      and u.deleted_at is null
  );
end
$$;
comment on function authz.confirmed_address(uuid) is
  'Address that a login has confirmed, NULL where it has none. [S-12]';
revoke all on function authz.confirmed_address(uuid) from public;
grant execute on function authz.confirmed_address(uuid) to cordon_definer;

-- authz.normal_address: the one spelling by which addresses are compared. Letters of ASCII are folded and no others: a folding of all scripts
-- makes a Kelvin sign a k, and with it two mailboxes one.
create or replace function authz.normal_address(address text)
  returns text
  language plpgsql
  stable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return lower(normalize(authz.trimmed(address), nfc) collate "C");
end
$$;
comment on function authz.normal_address(text) is
  'The address in composed form, without blanks around it, its ASCII letters small. [S-12]';
revoke all on function authz.normal_address(text) from public;
grant execute on function authz.normal_address(text) to cordon_definer;

create or replace function authz.rules_invitations()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "invitations", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id", "rank"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["below_own_rank", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-05", "S-03"]}
  ]}';
end
$$;
comment on function authz.rules_invitations() is
  'The access rules of invitations, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_invitations() from public;
grant execute on function authz.rules_invitations() to cordon_definer;

-- public.accept_invitation: makes a member of whoever holds the token and has confirmed the address that it was sent to. Once, in time, and
-- only while the inviter could still invite: who left, or was put below, brings nobody in, nor while this waits for what they have locked. Whatever
-- is wrong, the answer is the same.
create or replace function public.accept_invitation(token text, display_name text default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_email constant text := authz.normal_address(authz.confirmed_address(v_caller.user_id));
  v_name constant text := authz.trimmed(display_name);
  v_parts constant text[] := string_to_array(token, '.');
  v_organisation_id uuid;
  v_role text;
  v_capabilities text[];
  v_inviter_id uuid;
  v_rank smallint;
  v_is_new boolean;
  v_is_invited boolean := false;
begin
  if authz.own_session_id() is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Sign in with the password; a link from a mail is not enough.';
  end if;
  if length(v_name) > 200 then
    raise exception 'the name is too long'
      using errcode = 'CD043', hint = 'Give at most 200 characters.';
  end if;
  -- Colleagues and patients read it in lists, beside other names.
  if authz.has_hidden_signs(v_name) then
    raise exception 'the name has signs that nobody sees'
      using errcode = 'CD043', hint = 'Give a name of one line, without signs that nobody sees.';
  end if;

  -- Two at once: the second waits for the first, and finds it accepted.
  begin
    update public.invitations as i
       set accepted_at = clock_timestamp(),
           accepted_by_user_id = v_caller.user_id
     where i.organisation_id = v_parts[1]::uuid
       and i.id = v_parts[2]::uuid
       and i.sha256 = authz.digest(token)
       and i.email = v_email
       and i.accepted_at is null
       and i.archived_at is null
       and i.expires_at > authz.now()
    returning i.organisation_id, i.role, i.capabilities, i.created_by_user_id, i.rank
      into v_organisation_id, v_role, v_capabilities, v_inviter_id, v_rank;
  exception
    when invalid_text_representation then -- a token that holds no ids
      null;
  end;
  if v_organisation_id is not null then
    insert into public.organisation_members (organisation_id, user_id, role, capabilities)
    values (v_organisation_id, v_caller.user_id, v_role, v_capabilities)
    on conflict do nothing;
    v_is_new := found;
    -- Asked behind all that may wait, in a snapshot of its own: a row that was only locked meanwhile is not looked at anew, and the inviter may have
    -- locked it until they were put out.
    v_is_invited := exists (
      select
      from authz.live_memberships as m
      where m.organisation_id = v_organisation_id
        and m.user_id = v_inviter_id
        and m.role = 'clinic_admin'
        and m.rank > v_rank
    );
  end if;
  if not v_is_invited then
    raise exception 'invitation not found'
      using errcode = 'insufficient_privilege',
        hint = 'It may be over, used, taken back, or addressed to another login: sign in as whom it was sent to, or ask for a new one.';
  end if;
  if not v_is_new then
    raise exception 'this login has a membership already'
      using errcode = 'CD043', hint = 'A clinic_admin resumes it (is_active, valid_until) and changes its role; one that was archived, the server alone brings back.';
  end if;
  update public.organisation_members as m
     set accepted_at = clock_timestamp()
   where m.organisation_id = v_organisation_id
     and m.user_id = v_caller.user_id;

  if v_name <> '' then
    update public.profiles as p
       set display_name = v_name
     where p.user_id = v_caller.user_id
       and p.display_name = 'Unnamed';
  end if;
  return v_organisation_id;
end
$$;
comment on function public.accept_invitation(text, text) is
  'Accepts an invitation for the caller''s confirmed address, once, and names a login that has no name yet; returns the organisation''s id. 42501 where there is none to accept, CD016 for a number in the name, CD043 for who is a member already, and for a name too long or with signs that nobody sees. [N-05, N-22, S-12, S-37]';
alter function public.accept_invitation(text, text) owner to cordon_definer;
revoke all on function public.accept_invitation(text, text) from public;
grant execute on function public.accept_invitation(text, text) to authenticated;

-- public.invite_member: asks somebody by address to join the current organisation. The token is told here and never again: what is kept is
-- its digest. An open invitation of the same address is replaced. What it opens is decided when it is accepted.
create or replace function public.invite_member(
  email text,
  role text,
  capabilities text[] default '{}',
  valid_hours integer default 168,
  out invitation_id uuid,
  out token text,
  out expires_at timestamptz
)
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin}', '{}');
  v_email constant text := authz.normal_address(email);
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'inviting is not yours'
      using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
  end if;
  if coalesce(invite_member.role not in ('clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'), true) then
    raise exception 'a member has another role'
      using errcode = 'CD043', hint = 'Give doctor, nurse, assistant or receptionist.';
  end if;
  if authz.role_rank(invite_member.role) >= authz.own_rank() then
    raise exception 'the role is not yours to give'
      using errcode = 'insufficient_privilege', hint = 'Give a role below your own.';
  end if;
  if invite_member.capabilities is null
    or not invite_member.capabilities <@ '{finance,transport,break_glass,privacy_officer,insights_admin,auditor}'
    or cardinality(invite_member.capabilities) > 6
    or array_ndims(invite_member.capabilities) > 1
  then
    raise exception 'a member has other capabilities'
      using errcode = 'CD043', hint = 'Give of finance, transport, break_glass, privacy_officer, insights_admin and auditor.';
  end if;
  if coalesce(v_email !~ '^[^@[:space:][:cntrl:]]{1,64}@[^@[:space:][:cntrl:]]{1,189}$', true) then
    raise exception 'an invitation goes to one address'
      using errcode = 'CD043', hint = 'Give name@domain, of at most 254 characters.';
  end if;
  if valid_hours is null or valid_hours not between 1 and 720 then
    raise exception 'an invitation is open from 1 to 720 hours'
      using errcode = 'CD043', hint = 'Give valid_hours between 1 and 720.';
  end if;

  update public.invitations as i
     set archived_at = now()
   where i.organisation_id = v_organisation_id
     and i.email = v_email
     and i.accepted_at is null
     and i.archived_at is null;
  invitation_id := authz.uuid_v7();
  -- 244 random bits, behind the place where the digest is found.
  token := v_organisation_id || '.' || invitation_id || '.' || replace(gen_random_uuid() || '' || gen_random_uuid(), '-', '');
  -- The unique index lets one of two at once through; the other waits for it and is refused.
  insert into public.invitations as i (organisation_id, id, email, role, capabilities, sha256, expires_at)
  values (
    v_organisation_id, invitation_id, v_email, invite_member.role, invite_member.capabilities, authz.digest(token),
    authz.now() + make_interval(hours => valid_hours)
  )
  on conflict do nothing
  returning i.expires_at into invite_member.expires_at;
  if not found then
    raise exception 'somebody is inviting the same address'
      using errcode = 'CD043', hint = 'Invite it again, if theirs is not what you want.';
  end if;
end
$$;
comment on function public.invite_member(text, text, text[], integer) is
  'Invites an address to the current organisation; returns the invitation''s id, its token (told once) and its end. clinic_admin only, below their own rank (42501); CD043 for what no invitation can say. [N-05, S-12]';
alter function public.invite_member(text, text, text[], integer) owner to cordon_definer;
revoke all on function public.invite_member(text, text, text[], integer) from public;
grant execute on function public.invite_member(text, text, text[], integer) to authenticated;

revoke create on schema public from cordon_definer;

create policy provider_fence on public.invitations
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));
comment on policy provider_fence on public.invitations is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.invitations
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.invitations is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.invitations
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.invitations is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.invitations
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.invitations is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy provider_select on public.invitations
  for select to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));
comment on policy provider_select on public.invitations is
  'clinic_admin of the current organisation may read rows that are not archived. [N-02, S-02]';

create policy provider_select_rows on public.invitations
  as restrictive for select to authenticated
  using (
    archived_at is null
    or archived_at = now()
  );
comment on policy provider_select_rows on public.invitations is
  'Whatever another policy allows, staff read only rows that the comment of provider_select names. [N-02, S-02]';

create policy provider_update on public.invitations
  for update to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'UPDATE', 'detailed')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin}', '{}'), 'invitations', 'SELECT', 'basic')));
comment on policy provider_update on public.invitations is
  'clinic_admin of the current organisation may change rows that are of a rank below their own and not archived. [N-02, N-05, S-03]';

create policy provider_update_rows on public.invitations
  as restrictive for update to authenticated
  using (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  )
  with check (
    rank < (select authz.own_rank())
    and (archived_at is null or archived_at = now())
  );
comment on policy provider_update_rows on public.invitations is
  'Whatever another policy allows, staff change only rows that the comment of provider_update names. [N-02, N-05, S-03]';

create policy definer_select on public.invitations
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.invitations is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.accept_invitation: whether it is open, and whose; public.invite_member: earlier ones). [N-05, N-08, S-12]';

create policy definer_insert on public.invitations
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.invitations is
  'definer functions may create every row (public.invite_member: the token is made there). [N-05, S-12]';

create policy definer_update on public.invitations
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.invitations is
  'definer functions may change every row (public.accept_invitation: once; public.invite_member: a new one replaces the one before). [N-05, S-12]';

create policy definer_update on public.profiles
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.profiles is
  'definer functions may change every row (public.accept_invitation: a name for who has none yet). [S-12]';

create or replace trigger _086_lists
  before insert or update on public.invitations
  for each row
  when (
    array_ndims(new.capabilities) > 1 or cardinality(new.capabilities) > 50 or array_position(new.capabilities, null) is not null
  )
  execute function authz.tg__lists('invitations', 'capabilities');
alter table public.invitations enable always trigger _086_lists;
comment on trigger _086_lists on public.invitations is
  'Refuses capabilities that no explanation would find. [N-04, N-08]';

create or replace trigger _015_read_committed
  before insert or update on public.invitations
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.invitations enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.invitations is
  'Says who is invited, by whom, and accepts, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-03]';

create or replace trigger _050_tenant
  before insert or update on public.invitations
  for each row
  execute function authz.tg__tenant('invitations');
alter table public.invitations enable always trigger _050_tenant;
comment on trigger _050_tenant on public.invitations is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.invitations
  for each row
  execute function authz.tg__stamp();
alter table public.invitations enable always trigger _100_stamp;
comment on trigger _100_stamp on public.invitations is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.invitations
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('invitations');
alter table public.invitations enable always trigger _890_lasting;
comment on trigger _890_lasting on public.invitations is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.invitations
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invitations enable always trigger _900_stamped;
comment on trigger _900_stamped on public.invitations is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.invitations
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.invitations enable always trigger _901_stamped;
comment on trigger _901_stamped on public.invitations is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant
  select (accepted_at, accepted_by_user_id, archived_at, archived_by_user_id, capabilities, created_at, created_by_user_id, email, expires_at, id, organisation_id, rank, role),
  update (archived_at)
  on public.invitations to authenticated;
grant
  select (accepted_at, archived_at, capabilities, created_by_user_id, email, expires_at, id, organisation_id, rank, role, sha256),
  insert (capabilities, email, expires_at, id, organisation_id, role, sha256),
  update (accepted_at, accepted_by_user_id, archived_at)
  on public.invitations to cordon_definer;
grant select on public.invitations to service_role;

-- migrate:down
