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
    -- Of nobody, the server included: it would say that it was given by a signature that is not there. A form takes it along while it is a draft.
    if new.signed_form_id is not null and new.status <> 'proposed' then
      raise exception 'this consent is given by signing its form'
        using errcode = 'CD005', hint = 'Propose it, and sign the form; a consent on paper names no form.';
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
comment on function authz.tg_consents__transition() is
  'Holds a consent to its states and its terms unchanged, and another legal basis out of the hands of callers; stamps withdrawn_at. [N-45, N-50]';
revoke all on function authz.tg_consents__transition() from public;
