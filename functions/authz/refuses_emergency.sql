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
      and (
        (
          c.status = 'active'
          -- Put away by the server, which is nobody: that is no word of the patient's, and brought back it would be as if it had held meanwhile.
          and not exists (
            select
            from public.consents as l
            where l.organisation_id = c.organisation_id
              and l.patient_id = c.patient_id
              and l.purpose = c.purpose
              and l.break_glass_allowed
              and l.legal_basis = 'consent'
              and l.given_at > c.archived_at
              and l.status <> 'entered_in_error'
              and l.archived_at is null
          )
        )
        or (
          -- Staff withdraw for a patient, or terminate the form, or the server does, who is nobody: that ends what the consent opened, and not what
          -- it refused. Who acted for the patient by then was not staff in this, whatever else they are, or are made later.
          c.status = 'withdrawn'
          and (
            c.last_status_change_by_user_id is null
            or exists (
              select
              from public.organisation_members as m
              where m.organisation_id = c.organisation_id
                and m.user_id = c.last_status_change_by_user_id
            )
            and not exists (
              select
              from public.patient_accounts as a
              where a.organisation_id = c.organisation_id
                and a.patient_id = c.patient_id
                and a.user_id = c.last_status_change_by_user_id
                and a.confirmed_at <= c.withdrawn_at
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
  'Whether a patient refuses emergency access by this user: by a restriction in force or a consent that excludes it, has not expired and was not taken back by the patient, otherwise than by mistake; what the server withdraws, ends before its day or puts away takes nothing back. [N-18]';
alter function authz.refuses_emergency(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.refuses_emergency(uuid, uuid, uuid) from public;
