-- migrate:up
-- Why: Operations make none of themselves the first of an organisation, as they appoint none: whoever runs all clinics would be staff of one
-- Side: operations
-- Access: 3 definer functions
--   ~ authz.refuse_operator is written, and runs with the rights of its owner
--   ~ public.appoint_clinic_admin is written, and runs with the rights of its owner
--   ~ public.create_organisation is written, and runs with the rights of its owner
--   widens: public.appoint_clinic_admin(uuid, uuid), callable by operations, has another text
--   widens: public.create_organisation(text, text, text, text, text, uuid), callable by operations, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.refuse_operator: operations name who is the first of an organisation, and never one of themselves: an admin of theirs would be staff of any clinic.
create or replace function authz.refuse_operator(user_id uuid)
  returns void
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select
    from public.ops_members as m
    where m.user_id = refuse_operator.user_id
      and m.is_active
      and m.archived_at is null
  ) then
    raise exception 'operations are no staff of a clinic'
      using errcode = 'insufficient_privilege', hint = 'Name a login that is not of operations.';
  end if;
end
$$;
comment on function authz.refuse_operator(uuid) is
  'Refuses a login of operations with 42501. [N-05, N-22]';
alter function authz.refuse_operator(uuid) owner to cordon_definer;
revoke all on function authz.refuse_operator(uuid) from public;

-- public.appoint_clinic_admin: a clinic whose last clinic_admin has gone is repaired by operations: nobody there may give that rank. Only there, and never
-- to one of themselves: an admin of operations would make anybody staff of any clinic, else. Whom they name is no member yet, and agrees first
-- (accept_membership): functions of ours change nobody's role, so that the one who is a member already takes the server. The trigger of memberships tells of it.
-- Whom they named before, and who never came, they name anew: what they wrote then is no word of theirs any more once another came.
create or replace function public.appoint_clinic_admin(organisation_id uuid, user_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'only an admin of operations appoints a clinic_admin'
      using errcode = 'insufficient_privilege', hint = 'Ask operations; a clinic_admin invites everybody below their own rank.';
  end if;
  perform authz.refuse_operator(appoint_clinic_admin.user_id);
  -- Who closes the clinic waits for this, or is seen: closed, it has no live clinic_admin, and opened again it has the one that it had.
  perform from public.organisation_settings as s where s.organisation_id = appoint_clinic_admin.organisation_id for share;
  if not exists (
    select
    from public.organisations as o
    where o.id = appoint_clinic_admin.organisation_id
      and o.archived_at is null
  ) or not exists (
    select
    from public.profiles as p
    where p.user_id = appoint_clinic_admin.user_id
      and p.archived_at is null
  ) then
    raise exception 'organisation or login not found'
      using errcode = 'CD010', hint = 'Name an organisation that is open, and a login that has a profile.';
  end if;
  if exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = appoint_clinic_admin.organisation_id
      and m.role = 'clinic_admin'
  ) then
    raise exception 'the organisation has a clinic_admin'
      using errcode = 'CD013', hint = 'It takes no operations as long as one is there; a second one is written by the server.';
  end if;
  insert into public.organisation_members as m (organisation_id, user_id, role)
  values (appoint_clinic_admin.organisation_id, appoint_clinic_admin.user_id, 'clinic_admin')
  on conflict do nothing
  returning m.id into v_membership_id;
  if v_membership_id is null then
    update public.organisation_members as m
       set accepted_at = null -- as it is: the stamp says who writes it, and when
     where m.organisation_id = appoint_clinic_admin.organisation_id
       and m.user_id = appoint_clinic_admin.user_id
       and m.role = 'clinic_admin'
       and m.accepted_at is null
       and m.is_active
       and m.archived_at is null
       and exists (select from public.ops_members as o where o.user_id = m.updated_by_user_id)
    returning m.id into v_membership_id;
    if found then
      perform authz.record_security_event(
        appoint_clinic_admin.organisation_id, 'membership.granted', v_membership_id,
        jsonb_build_object('user_id', appoint_clinic_admin.user_id, 'role', 'clinic_admin', 'capabilities', '{}'::text[])
      );
    end if;
  end if;
  if v_membership_id is null then
    raise exception 'the login has a membership of the organisation, or had one'
      using errcode = 'CD013', hint = 'Name another login; the role of this one is changed by the server alone.';
  end if;
  return v_membership_id;
end
$$;

-- public.create_organisation: a tenant is born whole: organisation, settings and its first member, who has to accept.
-- Definer, because operations may insert no memberships otherwise: they would make anybody staff of any clinic.
create or replace function public.create_organisation(
  name text,
  kind text,
  country text,
  timezone text,
  regime text,
  first_member_user_id uuid
)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'only an admin of operations creates organisations'
      using errcode = 'insufficient_privilege', hint = 'Ask operations.';
  end if;
  perform authz.refuse_operator(create_organisation.first_member_user_id);

  insert into public.organisations (name, kind, country, timezone, regime)
  values (
    create_organisation.name, create_organisation.kind, create_organisation.country,
    create_organisation.timezone, create_organisation.regime
  )
  returning id into v_organisation_id;

  insert into public.organisation_settings (organisation_id) values (v_organisation_id);

  insert into public.organisation_members (organisation_id, user_id, role)
  values (v_organisation_id, create_organisation.first_member_user_id, 'clinic_admin');
  return v_organisation_id;
end
$$;
comment on function public.create_organisation(text, text, text, text, text, uuid) is
  'Creates an organisation with its settings and first clinic_admin; returns its id. Operations admin only, and never of one of operations (42501). [N-05]';

revoke create on schema authz from cordon_definer;

-- migrate:down
