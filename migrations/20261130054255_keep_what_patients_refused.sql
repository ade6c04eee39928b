-- migrate:up
-- Why: A refusal of emergency access outlives the server's key, and no consent ends before Christ, whose receipt would name the same year after
-- Access: 1 definer function
--   ~ authz.refuses_emergency is written, and runs with the rights of its owner
--   widens: authz.refuses_emergency(uuid, uuid, uuid), which 7 functions, 14 policies and 1 trigger ask, has another text
--   widens: authz.tg_consents__transition(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.refuses_emergency: a patient's explicit refusal, the one thing beside the tenant that no emergency bypasses. It ends when the patient takes
-- it back, themselves or by a later consent to the same purpose that allows it and was no mistake, or on the day that the consent names, and not
-- with a new text of the purpose: a clinic that publishes one would end refusals. Where the consent to a later text took the place of the one that
-- refused, and was a mistake, the refusal is their last word again.
create or replace function authz.refuses_emergency(organisation_id uuid, patient_id uuid, user_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.access_restrictions as r
    where r.organisation_id = refuses_emergency.organisation_id
      and r.patient_id = refuses_emergency.patient_id
      and (r.restricted_user_id is null or r.restricted_user_id = refuses_emergency.user_id)
      and r.lifted_at is null
      and r.archived_at is null
  ) or exists (
    select
    from public.consents as c
    where c.organisation_id = refuses_emergency.organisation_id
      and c.patient_id = refuses_emergency.patient_id
      and not c.break_glass_allowed
      and coalesce(c.expires_at, 'infinity') > authz.now()
      and c.archived_at is null
      and (
        c.status = 'active'
        or (
          -- Staff withdraw for a patient, or terminate the form, or the server does, who is nobody: that ends what the consent opened, and not what
          -- it refused.
          c.status = 'withdrawn'
          and (
            c.last_status_change_by_user_id is null
            or exists (
              select
              from public.organisation_members as m
              where m.organisation_id = c.organisation_id
                and m.user_id = c.last_status_change_by_user_id
            )
          )
          and not exists (
            select
            from public.consents as l
            where l.organisation_id = c.organisation_id
              and l.patient_id = c.patient_id
              and l.purpose = c.purpose
              and l.break_glass_allowed
              and l.legal_basis = 'consent'
              and l.given_at > c.withdrawn_at
              and l.status <> 'entered_in_error'
              and l.archived_at is null
          )
        )
        or (
          -- Not by the patient's own hand, which ends it for good: by the consent that was given in the same moment, or by nobody's, before its day.
          c.status = 'expired'
          and (
            c.last_status_change_by_user_id is null
            or exists (
              select
              from public.consents as l
              where l.organisation_id = c.organisation_id
                and l.patient_id = c.patient_id
                and l.purpose = c.purpose
                and l.given_at > c.given_at
                and l.given_at <= c.last_status_change_at
            )
          )
          and not exists (
            select
            from public.consents as l
            where l.organisation_id = c.organisation_id
              and l.patient_id = c.patient_id
              and l.purpose = c.purpose
              and l.legal_basis = 'consent'
              and l.given_at > c.given_at
              and l.status <> 'entered_in_error'
              and l.archived_at is null
          )
        )
      )
  );
end
$$;
comment on function authz.refuses_emergency(uuid, uuid, uuid) is
  'Whether a patient refuses emergency access by this user: by a restriction in force or a consent that excludes it, has not expired and was not taken back by the patient, otherwise than by mistake; what the server withdraws or ends before its day takes nothing back. [N-18]';

-- authz.tg_consents__transition: proposed -> active -> withdrawn | expired; proposed -> rejected; a mistake becomes
-- entered_in_error. Terminal states are immutable. What was consented to never changes: consent again instead.
create or replace function authz.tg_consents__transition()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Not by whose role it is now: in mid-statement a caller can have put it off, whose login is the API's all the same.
  v_is_caller constant boolean := current_user <> 'cordon_definer' and (
    current_user in ('authenticated', 'internal_ops', 'patient', 'anon')
    or (
      current_user <> 'service_role'
      and exists (
        select
        from pg_roles as r
        where r.rolname = session_user
          and not r.rolsuper
          and not r.rolbypassrls
          and pg_has_role(r.oid, 'authenticated', 'member')
      )
    )
  );
begin
  if tg_op = 'UPDATE' then
    if (new.patient_id, new.purpose, new.legal_basis, new.break_glass_allowed, new.expires_at, new.signed_form_id, new.justification)
      is distinct from (old.patient_id, old.purpose, old.legal_basis, old.break_glass_allowed, old.expires_at, old.signed_form_id, old.justification)
    then
      raise exception 'the terms of a consent never change'
        using errcode = 'CD005', hint = 'Withdraw it and record a new consent.';
    end if;
    if new.status is distinct from old.status
      and (old.status, new.status) not in (
        ('proposed', 'active'), ('proposed', 'rejected'), ('proposed', 'entered_in_error'),
        ('active', 'withdrawn'), ('active', 'expired'), ('active', 'entered_in_error')
      )
    then
      raise exception 'a consent cannot go from % to %', old.status, new.status
        using errcode = 'CD005', hint = 'proposed: active, rejected; active: withdrawn, expired; the rest is final.';
    end if;
    if old.legal_basis <> 'consent' and new.status is distinct from old.status and v_is_caller then
      raise exception 'this is no consent: the organisation relies on another legal basis'
        using errcode = 'CD005', hint = 'File an objection (subject_requests, kind objection): the privacy officer answers it, and ends it.';
    end if;
    if new.signed_form_id is not null and old.status = 'proposed' and new.status = 'active' and current_user <> 'cordon_definer' then
      raise exception 'this consent is given by signing its form'
        using errcode = 'CD005', hint = 'sign_form signs the form, and puts what it carries into force.';
    end if;
    new.withdrawn_at := case
      when new.status = 'withdrawn' and old.status <> 'withdrawn' then clock_timestamp()
      else old.withdrawn_at
    end;
  else
    if new.legal_basis <> 'consent' and v_is_caller then
      raise exception 'staff propose consents, and no other legal basis'
        using errcode = 'CD005', hint = 'The privacy officer records another one: rely_on_legal_basis.';
    end if;
    -- A receipt and the text that is signed would name no end at all, or, of a year before Christ, the same year after: a refusal that is long over
    -- would read as one that holds.
    if new.expires_at < timestamptz '0001-01-01 00:00:00+00' then
      raise exception 'a consent does not end before all time'
        using errcode = 'CD005', hint = 'Give the day on which it ends, or none.';
    end if;
    new.withdrawn_at := null;
  end if;
  return new;
end
$$;

-- migrate:down
