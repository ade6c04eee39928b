-- migrate:up
-- Why: A list of lists held for policies and was nothing to their explanations; a label that nobody sees is somebody else's bed
-- Access: 2 definer functions
--   ~ authz.tg__labels is written, and runs with the rights of its owner
--   ~ public.invite_member is written, and runs with the rights of its owner
--   widens: authz.tg__labels() is new, which 4 triggers ask
--   widens: authz.tg__lists() is new, which 4 triggers ask
--   widens: public.invite_member(text, text, text[], integer), callable by clinic staff, has another text
--   widens: the trigger _086_lists now guards public.invitations
--   widens: the trigger _086_lists now guards public.medical_record_details
--   widens: the trigger _086_lists now guards public.medical_records
--   widens: the trigger _086_lists now guards public.organisation_members
--   widens: the trigger _087_labels now guards public.agreements
--   widens: the trigger _087_labels now guards public.beds
--   widens: the trigger _087_labels now guards public.organisation_networks
--   widens: the trigger _087_labels now guards public.professionals
-- Locks: 8 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.agreements
--   SHARE ROW EXCLUSIVE public.beds
--   SHARE ROW EXCLUSIVE public.invitations
--   SHARE ROW EXCLUSIVE public.medical_record_details
--   SHARE ROW EXCLUSIVE public.medical_records
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.organisation_networks
--   SHARE ROW EXCLUSIVE public.professionals

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg__labels: what people tell one thing from another by is what they see: a bed of no label, or with the label of another and a sign without width
-- behind it, is a bed that somebody else lies in; a payer, a contact or a licence is copied from the screen. A number is written in one way, a name
-- keeps what belongs to it, joiners and the shapes of signs. A trigger and no CHECK: what was written before anybody asked would be refused at its
-- next change, as a bed that nobody could leave. Arguments: the table, number or name, then the columns.
create or replace function authz.tg__labels()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
  v_label text;
begin
  for v_place in 2..tg_nargs - 1 loop
    v_label := v_row ->> tg_argv[v_place];
    if v_label = ''
      or v_label <> authz.trimmed(v_label)
      or authz.has_hidden_signs(v_label)
      or (tg_argv[1] = 'number' and (v_label ~ E'[\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff]' or v_label is not nfc normalized))
    then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_row -> tg_argv[v_place] is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% is what everybody sees', tg_argv[0], tg_argv[v_place]
          using errcode = 'check_violation', hint = 'Leave out blanks at its ends and signs that nobody sees; write a number or label in composed form (NFC).';
      end if;
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__labels() is
  'Refuses with 23514 a label with signs that nobody sees, blanks at its ends, or nothing in it; and a number that is not NFC. [S-04, S-17, S-31]';
alter function authz.tg__labels() owner to cordon_definer;
revoke all on function authz.tg__labels() from public;

-- authz.tg__lists: a list is one of texts: a list of lists holds for the policies, which ask arrays, and is nothing to the explanations and the tickets to
-- read documents, which ask JSON; the next version of a record cannot be joined to it. Nor is one as long as anybody likes. A trigger and no CHECK: what
-- was written before anybody asked would be refused at its next change, as a member who could not be suspended any more. Its triggers call it for
-- such rows alone. Arguments: the table, then its columns.
create or replace function authz.tg__lists()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
  v_list jsonb;
begin
  for v_place in 1..tg_nargs - 1 loop
    v_list := v_row -> tg_argv[v_place];
    if jsonb_typeof(v_list) = 'array' and (v_list @? 'strict $[*] ? (@.type() != "string")' or jsonb_array_length(v_list) > 50) then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_list is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% takes one list of texts', tg_argv[0], tg_argv[v_place]
          using errcode = 'check_violation', hint = 'Give an array of one dimension, of at most 50 texts and without NULL.';
      end if;
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__lists() is
  'Refuses with 23514 an array of arrays, of more than 50 texts, or with NULL among them. [N-01, N-04, N-08]';
revoke all on function authz.tg__lists() from public;

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
  if v_organisation_id is null or (authz.caller()).session_id is null then
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

revoke create on schema authz from cordon_definer;

create or replace trigger _087_labels
  before insert or update on public.agreements
  for each row
  execute function authz.tg__labels('agreements', 'name', 'payer');
alter table public.agreements enable always trigger _087_labels;
comment on trigger _087_labels on public.agreements is
  'Refuses a payer whom nobody sees. [S-31]';

create or replace trigger _087_labels
  before insert or update on public.beds
  for each row
  execute function authz.tg__labels('beds', 'number', 'ward', 'label');
alter table public.beds enable always trigger _087_labels;
comment on trigger _087_labels on public.beds is
  'Refuses a ward or label that looks like another, or like none. [S-17]';

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

create or replace trigger _086_lists
  before insert or update on public.medical_record_details
  for each row
  when (
    array_ndims(new.codes) > 1 or cardinality(new.codes) > 50 or array_position(new.codes, null) is not null
  )
  execute function authz.tg__lists('medical_record_details', 'codes');
alter table public.medical_record_details enable always trigger _086_lists;
comment on trigger _086_lists on public.medical_record_details is
  'Refuses codes in lists of their own. [N-01]';

create or replace trigger _086_lists
  before insert or update on public.medical_records
  for each row
  when (
    array_ndims(new.segments) > 1 or cardinality(new.segments) > 50 or array_position(new.segments, null) is not null
  )
  execute function authz.tg__lists('medical_records', 'segments');
alter table public.medical_records enable always trigger _086_lists;
comment on trigger _086_lists on public.medical_records is
  'Refuses segments that no later version could be joined to. [N-01]';

create or replace trigger _086_lists
  before insert or update on public.organisation_members
  for each row
  when (
    array_ndims(new.capabilities) > 1 or cardinality(new.capabilities) > 50 or array_position(new.capabilities, null) is not null
  )
  execute function authz.tg__lists('organisation_members', 'capabilities');
alter table public.organisation_members enable always trigger _086_lists;
comment on trigger _086_lists on public.organisation_members is
  'Refuses capabilities that no explanation would find. [N-04, N-08]';

create or replace trigger _087_labels
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__labels('organisation_networks', 'name', 'label');
alter table public.organisation_networks enable always trigger _087_labels;
comment on trigger _087_labels on public.organisation_networks is
  'Refuses a label that nobody sees. [N-28]';

create or replace trigger _087_labels
  before insert or update on public.professionals
  for each row
  execute function authz.tg__labels('professionals', 'number', 'council', 'licence');
alter table public.professionals enable always trigger _087_labels;
comment on trigger _087_labels on public.professionals is
  'Refuses a licence that looks like another, or like none. [S-31]';

-- migrate:down
