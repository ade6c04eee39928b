-- migrate:up
-- Why: a refusal of emergency access that the server's key put away held no longer, and brought back it looked as if it had
-- Access: 2 definer functions
--   ~ authz.refuses_emergency is written, and runs with the rights of its owner
--   ~ authz.tg_access_restrictions__lift is written, and runs with the rights of its owner
--   widens: authz.refuses_emergency(uuid, uuid, uuid), which 7 functions, 14 policies and 1 trigger ask, has another text
--   widens: authz.tg_access_restrictions__lift(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

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
  'Whether a patient refuses emergency access by this user: by a restriction in force or a consent that excludes it, has not expired and was not taken back by the patient, otherwise than by mistake; what the server withdraws, ends before its day or puts away takes nothing back. [N-18]';

-- authz.tg_access_restrictions__lift: when a restriction was lifted is the clock's to say, and once lifted it is over. What the patient wrote in the
-- portal is theirs to lift: staff lift what staff wrote down from a paper. What is put away is lifted with it: brought back, it would be as if it had
-- held all the time, and nothing would tell who was let in meanwhile. After tg__stamp, which says whether it is put away. Definer, because staff need
-- not see who holds an account.
create or replace function authz.tg_access_restrictions__lift()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and old.lifted_at is null and new.lifted_at is not null
    and authz.acting_realm() <> 'patient' and not authz.is_system()
    and old.created_by_user_id is not null
    and (
      exists (
        select
        from public.patient_accounts as a
        where a.organisation_id = old.organisation_id
          and a.patient_id = old.patient_id
          and a.user_id = old.created_by_user_id
      )
      -- An erasure takes the account and keeps the restriction with the chart: whoever was never staff wrote it as the patient.
      or not exists (
        select
        from public.organisation_members as m
        where m.organisation_id = old.organisation_id
          and m.user_id = old.created_by_user_id
      )
    )
  then
    raise exception 'the patient wrote this restriction'
      using errcode = 'CD009', hint = 'It is the patient''s to lift, in the portal.';
  end if;
  new.lifted_at := case
    when tg_op = 'INSERT' then null
    when old.lifted_at is not null then old.lifted_at
    when new.lifted_at is not null or new.archived_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_access_restrictions__lift() is
  'Stamps lifted_at, also of what is archived; a value sent by anyone is ignored, and an end is final. CD009 for staff who lift what the patient wrote. [N-18, S-16]';

-- migrate:down
