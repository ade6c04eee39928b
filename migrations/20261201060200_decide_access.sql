-- migrate:up
-- Why: what policies ask: where a caller is a member, whom they treat, within which hours and networks; and every answer is written where no rollback takes it back.
-- Access: +25 grants, 25 definer functions
--   + cordon_definer may execute function audit.disclosure_hmac(bytea, bytea, bytea)
--   ~ authz.patient_organisation_ids is written, and runs with the rights of its owner
--   + patient may execute function authz.patient_organisation_ids()
--   ~ authz.organisation_for is written, and runs with the rights of its owner
--   + authenticated may execute function authz.organisation_for(text[], text[])
--   + cordon_definer may execute function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid)
--   ~ authz.care_periods is written, and runs with the rights of its owner
--   + authenticated may execute function authz.care_periods(timestamp with time zone)
--   ~ authz.colleague_ids is written, and runs with the rights of its owner
--   + authenticated may execute function authz.colleague_ids()
--   + cordon_insights may execute function authz.colleague_ids()
--   ~ authz.is_handed_over is written, and runs with the rights of its owner
--   + internal_ops may execute function authz.is_handed_over(text, uuid, uuid)
--   ~ authz.treated_by is written, and runs with the rights of its owner
--   ~ authz.refuses_emergency is written, and runs with the rights of its owner
--   ~ authz.emergency_of is written, and runs with the rights of its owner
--   ~ authz.disclosure_stamp is written, and runs with the rights of its owner
--   + authenticated may execute function authz.disclosure_stamp(text, text, text)
--   + internal_ops may execute function authz.disclosure_stamp(text, text, text)
--   ~ authz.is_within_hours is written, and runs with the rights of its owner
--   ~ authz.is_within_networks is written, and runs with the rights of its owner
--   ~ authz.is_own_patient is written, and runs with the rights of its owner
--   + patient may execute function authz.is_own_patient(uuid, uuid)
--   ~ authz.handed_over_ids is written, and runs with the rights of its owner
--   + internal_ops may execute function authz.handed_over_ids(text)
--   ~ authz.holds is written, and runs with the rights of its owner
--   + authenticated may execute function authz.holds(text[], text[])
--   ~ authz.log_decision is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_decision(anyelement, text, text, text, text)
--   + internal_ops may execute function authz.log_decision(anyelement, text, text, text, text)
--   + patient may execute function authz.log_decision(anyelement, text, text, text, text)
--   ~ authz.log_disclosure is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_disclosure(bytea, uuid, uuid, uuid)
--   + internal_ops may execute function authz.log_disclosure(bytea, uuid, uuid, uuid)
--   ~ authz.log_organisation is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_organisation(authz.membership, text, text, text)
--   ~ authz.membership_for is written, and runs with the rights of its owner
--   + authenticated may execute function authz.membership_for(text[], text[])
--   ~ authz.membership_within is written, and runs with the rights of its owner
--   + authenticated may execute function authz.membership_within(text[], text[], integer[], boolean, text[])
--   ~ authz.organisation_within is written, and runs with the rights of its owner
--   + authenticated may execute function authz.organisation_within(text[], text[], integer[], boolean, text[])
--   ~ authz.own_patient_ids is written, and runs with the rights of its owner
--   + patient may execute function authz.own_patient_ids()
--   ~ authz.reachable_patients is written, and runs with the rights of its owner
--   + authenticated may execute function authz.reachable_patients()
--   ~ authz.treatment_consent_until is written, and runs with the rights of its owner
--   ~ authz.guardianship_ends_at is written, and runs with the rights of its owner
--   ~ authz.patients_in_care is written, and runs with the rights of its owner
--   + authenticated may execute function authz.patients_in_care(text, integer[])
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- audit.disclosure_hmac: what signs a disclosed row: the keys that authz.disclosure_stamp derived for its statement are derived again from what the row
-- says of the statement.
create or replace function audit.disclosure_hmac(inner_pad bytea, outer_pad bytea, payload bytea)
  returns bytea
  language plpgsql
  stable
  strict
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_shared constant bytea := substring(payload from 57);
begin
  return sha256(
    sha256(outer_pad || sha256(inner_pad || convert_to('outer', 'UTF8') || v_shared))
      || sha256(sha256(outer_pad || sha256(inner_pad || convert_to('inner', 'UTF8') || v_shared)) || payload)
  );
end
$$;
comment on function audit.disclosure_hmac(bytea, bytea, bytea) is
  'The signature of a disclosed row, by the two pads of the key and what is signed. [N-35]';
revoke all on function audit.disclosure_hmac(bytea, bytea, bytea) from public;
grant execute on function audit.disclosure_hmac(bytea, bytea, bytea) to cordon_definer;

-- authz.patient_organisation_ids: the fence of realm patient. A person may hold accounts at several clinics.
create or replace function authz.patient_organisation_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(distinct a.organisation_id)
      from authz.live_patient_accounts as a
      where a.user_id = authz.user_id()
    ),
    '{}'
  );
end
$$;
comment on function authz.patient_organisation_ids() is
  'Organisations where the caller holds a live patient account. [N-15]';
alter function authz.patient_organisation_ids() owner to cordon_definer;
revoke all on function authz.patient_organisation_ids() from public;
grant execute on function authz.patient_organisation_ids() to patient;

-- authz.organisation_for: membership_for, where only the organisation is asked: of a branch's guard, and by functions. It asks for the caller
-- itself: one call less for whatever asks it.
create or replace function authz.organisation_for(required_roles text[], required_capabilities text[])
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
begin
  -- Of whoever is no member both are NULL, and open nothing.
  if (cardinality(required_roles) = 0 or v_caller.role = any (required_roles))
    and v_caller.capabilities @> required_capabilities
  then
    return v_caller.member_of;
  end if;
  return null;
end
$$;
comment on function authz.organisation_for(text[], text[]) is
  'Current organisation if the caller holds one of the roles (empty: any) and all capabilities there, else NULL. [S-02, N-04, N-16, N-22, N-31]';
alter function authz.organisation_for(text[], text[]) owner to cordon_definer;
revoke all on function authz.organisation_for(text[], text[]) from public;
grant execute on function authz.organisation_for(text[], text[]) to authenticated;

-- authz.access_fields: what a record of the access log says, in the order in which it is signed (audit.access_payload reads it back), and the key
-- that signs it: one query for the key and the header that the deployment trusts, since every record takes both.
-- Of the client itself it takes what stands in the token, already verified, and what it says of its request, bounded.
create or replace function authz.access_fields(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid, out fields text[], out key_id bigint, out inner_pad bytea, out outer_pad bytea
)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_trusted_header text;
  v_headers jsonb;
  v_address inet;
begin
  select k.key_id, k.inner_pad, k.outer_pad, d.trusted_address_header
    into strict key_id, inner_pad, outer_pad, v_trusted_header
    from audit.access_keys as k
    left join authz.deployment_settings as d on true
   order by k.key_id desc
   limit 1;
  begin
    v_headers := nullif(current_setting('request.headers', true), '')::jsonb;
  exception
    when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
      null; -- illegible ones say nothing
  end;
  if v_trusted_header is not null then
    v_address := authz.client_address();
  end if;
  fields := array[
    trunc(extract(epoch from clock_timestamp()) * 1000000)::text,
    trunc(extract(epoch from statement_timestamp()) * 1000000)::text,
    trunc(extract(epoch from now()) * 1000000)::text,
    pg_backend_pid()::text,
    pg_current_xact_id_if_assigned()::text,
    realm,
    membership.user_id::text,
    membership.session_id::text,
    membership.role,
    membership.organisation_id::text,
    table_name,
    operation,
    level,
    outcome,
    reason,
    authz.printable(coalesce(nullif(current_setting('app.purpose', true), ''), v_headers ->> 'x-purpose'), 100),
    authz.printable(coalesce(nullif(current_setting('app.justification', true), ''), v_headers ->> 'x-justification'), 500),
    host(v_address),
    case when v_address is null then 'unknown' else 'edge' end,
    authz.printable(v_headers ->> 'user-agent', 400),
    row_id::text,
    patient_id::text
  ];
end
$$;
comment on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) is
  'What a record of the access log says, 22 texts in the order of docs/access-log.md, and the key that signs it. [N-35]';
revoke all on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;
grant execute on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) to cordon_definer;

-- authz.care_periods: when staff of the reader's organisation treated a patient, or had broken the glass for one, as far as it touches what is
-- examined: for who examines the access log, whose own rights show neither the patients that were archived since nor broken glass. A relationship
-- covers nothing that was read before somebody wrote it down, whatever start it was given.
create or replace function authz.care_periods(since timestamptz)
  returns table (organisation_id uuid, patient_id uuid, user_id uuid, treated tstzmultirange, emergency tstzmultirange)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{}', '{auditor}'), authz.organisation_for('{}', '{privacy_officer}')
  );
begin
  if v_organisation_id is null then
    return;
  end if;
  return query
  select
    v_organisation_id, p.patient_id, p.user_id,
    coalesce(range_agg(p.period) filter (where not p.is_emergency), '{}'),
    coalesce(range_agg(p.period) filter (where p.is_emergency), '{}')
  from (
    select c.patient_id, c.user_id, tstzrange(k.from_at, greatest(k.until_at, k.from_at)) as period, false as is_emergency
    from public.care_relationships as c
    cross join lateral (
      select greatest(c.starts_at, c.created_at) as from_at, least(c.ends_at, c.archived_at, 'infinity') as until_at
    ) as k
    where c.organisation_id = v_organisation_id
      and k.until_at > since
    union all
    select g.patient_id, g.user_id, tstzrange(g.opened_at, coalesce(g.ended_at, g.expires_at)), true
    from public.emergency_access_grants as g
    where g.organisation_id = v_organisation_id
      and g.expires_at > since
  ) as p
  group by p.patient_id, p.user_id;
end
$$;
comment on function authz.care_periods(timestamptz) is
  'By patient and member of staff: when they treated, and when they had broken the glass, of what lasts beyond a moment. Nothing for who is neither auditor nor privacy officer. [N-39]';
alter function authz.care_periods(timestamptz) owner to cordon_definer;
revoke all on function authz.care_periods(timestamptz) from public;
grant execute on function authz.care_periods(timestamptz) to authenticated;

-- authz.colleague_ids: whose profile a member may see. Former members count: their names stand under old records.
create or replace function authz.colleague_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(m.user_id)
      from public.organisation_members as m
      where m.organisation_id = authz.organisation_id()
        and m.accepted_at is not null
    ),
    '{}'
  );
end
$$;
comment on function authz.colleague_ids() is
  'Users who are or were members of the current organisation. [S-02]';
alter function authz.colleague_ids() owner to cordon_definer;
revoke all on function authz.colleague_ids() from public;
grant execute on function authz.colleague_ids() to authenticated, cordon_insights;

-- authz.is_handed_over: whether operations hold a row: by its case, by a case of its patient, by one of whoever lies in the bed. What
-- tells of health takes the patient's consent to the handoff as well.
create or replace function authz.is_handed_over(kind text, organisation_id uuid, id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case kind
    when 'case' then exists (
      select
      from authz.handed_over_cases as h
      where h.organisation_id = is_handed_over.organisation_id
        and h.id = is_handed_over.id
    )
    when 'bed' then exists (
      select
      from public.admissions as a
      join authz.handed_over_cases as h on h.organisation_id = a.organisation_id and h.id = a.case_id
      where a.organisation_id = is_handed_over.organisation_id
        and a.bed_id = is_handed_over.id
        and a.status = 'admitted'
        and a.archived_at is null
    )
    when 'patient' then exists (
      select
      from authz.handed_over_cases as h
      where h.organisation_id = is_handed_over.organisation_id
        and h.patient_id = is_handed_over.id
    )
    when 'consenting_patient' then exists (
      select
      from authz.handed_over_cases as h
      join public.consents as c on c.organisation_id = h.organisation_id and c.patient_id = h.patient_id
      where h.organisation_id = is_handed_over.organisation_id
        and h.patient_id = is_handed_over.id
        and c.purpose = 'ops_handoff'
        and c.status = 'active'
        and c.archived_at is null
        and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
    )
    else false
  end;
end
$$;
comment on function authz.is_handed_over(text, uuid, uuid) is
  'Whether a case, a patient, a consenting_patient or a bed of an organisation is linked to a case that operations hold. [N-45, S-29]';
alter function authz.is_handed_over(text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.is_handed_over(text, uuid, uuid) from public;
grant execute on function authz.is_handed_over(text, uuid, uuid) to internal_ops;

-- authz.treated_by: the one definition of treating. A relationship counts from its start to its end, half-open; a patient
-- may shut one person out, and nobody treats by a relationship of their own making (care_relationships says who writes).
create or replace function authz.treated_by(organisation_id uuid, user_id uuid, at timestamptz)
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(c.patient_id)
      from public.care_relationships as c
      where c.organisation_id = treated_by.organisation_id
        and c.user_id = treated_by.user_id
        and c.archived_at is null
        and c.starts_at <= at
        and (c.ends_at is null or c.ends_at > at)
        and c.patient_id <> all (
          array(
            select r.patient_id
            from public.access_restrictions as r
            where r.organisation_id = treated_by.organisation_id
              and r.restricted_user_id = treated_by.user_id
              and r.lifted_at is null
              and r.archived_at is null
          )
        )
    ),
    '{}'
  );
end
$$;
comment on function authz.treated_by(uuid, uuid, timestamptz) is
  'Patients of an organisation whom a user treats at a moment, without those who shut them out. [N-21]';
alter function authz.treated_by(uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.treated_by(uuid, uuid, timestamptz) from public;

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
alter function authz.refuses_emergency(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.refuses_emergency(uuid, uuid, uuid) from public;

-- authz.emergency_of: the one definition of a broken glass that counts. It opens nothing of a patient who refused it, in a
-- consent in force or by a restriction, also when the refusal came after it was opened.
create or replace function authz.emergency_of(organisation_id uuid, user_id uuid, at timestamptz)
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(g.patient_id)
      from public.emergency_access_grants as g
      where g.organisation_id = emergency_of.organisation_id
        and g.user_id = emergency_of.user_id
        and g.opened_at <= at
        and g.expires_at > at
        and g.ended_at is null
        -- Not in the transaction that opened it: rolled back, it would have been read without a trace.
        and g.opened_in is distinct from pg_current_xact_id_if_assigned()
        and g.review_outcome is null
        and g.archived_at is null
        and not authz.refuses_emergency(g.organisation_id, g.patient_id, g.user_id)
    ),
    '{}'
  );
end
$$;
comment on function authz.emergency_of(uuid, uuid, timestamptz) is
  'Patients of an organisation for whom a user holds a live emergency grant at a moment. [N-18]';
alter function authz.emergency_of(uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.emergency_of(uuid, uuid, timestamptz) from public;

-- authz.disclosure_stamp: what the records of all rows that one statement discloses have in common, made once (InitPlan), and what signs them: two keys
-- derived from the newest for these words in this transaction of this session, so that a row takes no look at a key. In order: number of the key,
-- negative (8 bytes), inner key (32), outer key (32), start of the transaction (8), process (4), and the words, the text of an array.
-- Whoever got hold of one could sign with it that its own session was shown more rows, about when its transaction was (audit.read_payload): nothing
-- else.
create or replace function authz.disclosure_stamp(realm text, table_name text, operation text)
  returns bytea
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
  v_record record;
  v_shared bytea;
begin
  if pg_is_in_recovery() then
    return null;
  end if;
  -- Verified here too: between the decision and the first row a caller can have put on other claims, and would sign as whomever they name.
  v_caller := authz.caller();
  if v_caller.user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  v_record := authz.access_fields(
    realm,
    row(v_caller.user_id, v_caller.session_id, null, null),
    table_name, operation, 'comprehensive', 'disclosed', null, null, null
  );
  v_shared := timestamptz_send(now()) || int4send(pg_backend_pid())
    || convert_to((v_record.fields[2:2] || v_record.fields[5:9] || v_record.fields[11:20])::text, 'UTF8');
  return int8send(-v_record.key_id)
    || sha256(v_record.outer_pad || sha256(v_record.inner_pad || convert_to('inner', 'UTF8') || v_shared))
    || sha256(v_record.outer_pad || sha256(v_record.inner_pad || convert_to('outer', 'UTF8') || v_shared))
    || v_shared;
end
$$;
comment on function authz.disclosure_stamp(text, text, text) is
  'What the records of the rows of one statement share, and the keys that sign them; NULL on a standby, 42501 for a caller without a live session. Asked by policies, for authz.log_disclosure. [N-35, N-47]';
alter function authz.disclosure_stamp(text, text, text) owner to cordon_definer;
revoke all on function authz.disclosure_stamp(text, text, text) from public;
grant execute on function authz.disclosure_stamp(text, text, text) to authenticated, internal_ops;

-- authz.is_within_hours: half-open, by the clock on the organisation's wall, so that the change to summer time moves the
-- window with the people. A window that starts later than it ends runs over midnight.
create or replace function authz.is_within_hours(organisation_id uuid, hours integer[], at timestamptz)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_start numeric := hours[1];
  v_end numeric := hours[2];
  v_hour numeric;
begin
  select extract(epoch from (at at time zone o.timezone)::time) / 3600
    into v_hour
    from public.organisations as o
   where o.id = is_within_hours.organisation_id;
  if v_start is null then
    select (s.business_hours ->> 'start')::numeric, (s.business_hours ->> 'end')::numeric
      into v_start, v_end
      from public.organisation_settings as s
     where s.organisation_id = is_within_hours.organisation_id
       and s.archived_at is null;
  end if;
  return coalesce(
    case
      when v_start <= v_end then v_hour >= v_start and v_hour < v_end
      else v_hour >= v_start or v_hour < v_end
    end,
    false
  );
end
$$;
comment on function authz.is_within_hours(uuid, integer[], timestamptz) is
  'Whether a moment lies within [start, end) of a day in the organisations zone; empty hours: its business hours. Unknown is false. [N-28]';
alter function authz.is_within_hours(uuid, integer[], timestamptz) owner to cordon_definer;
revoke all on function authz.is_within_hours(uuid, integer[], timestamptz) from public;

-- authz.is_within_networks: an organisation that lists no network restricts nobody; one that does is reached from an
-- allowed network that is not denied, and from nowhere else: an unknown address is not inside. A network of IPv4 may be listed in IPv6 clothes, as the
-- logs of some servers write it; one of IPv6 is none of IPv4.
create or replace function authz.is_within_networks(organisation_id uuid, address inet)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_clothed constant inet := case
    when family(address) = 4 then set_masklen(inet '::ffff:0:0' + (address - inet '0.0.0.0'), 96 + masklen(address))
  end;
begin
  return (
    select
      count(*) = 0
      or coalesce(
        not coalesce(bool_or(w.is_within) filter (where n.mode = 'deny'), false)
        and (bool_or(w.is_within) filter (where n.mode = 'allow') or count(*) filter (where n.mode = 'allow') = 0)
        and address is not null,
        false
      )
    from public.organisation_networks as n
    cross join lateral (
      select address <<= n.cidr or (v_clothed <<= n.cidr and n.cidr <<= inet '::ffff:0:0/96') as is_within
    ) as w
    where n.organisation_id = is_within_networks.organisation_id
      and n.archived_at is null
  );
end
$$;
comment on function authz.is_within_networks(uuid, inet) is
  'Whether an address may reach an organisation by its list of networks; an unknown one may not where there is a list. [N-28]';
alter function authz.is_within_networks(uuid, inet) owner to cordon_definer;
revoke all on function authz.is_within_networks(uuid, inet) from public;

-- authz.emit_access: writes one record into the WAL, where neither ROLLBACK nor an error takes it back and a READ ONLY transaction may write, too.
-- Signed, since whoever can call pg_logical_emit_message can write there: key id (8 bytes), HMAC-SHA-256 (32), and what is signed, the text of an
-- array (audit.access_payload reads it back). RFC 2104 over sha256(): the pads are computed when a key is made.
-- Private: whoever could call it could have anything signed. A comprehensive decision is on disk before its rows are disclosed, from PostgreSQL 17 on.
create or replace function authz.emit_access(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid
)
  returns pg_lsn
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_record constant record := authz.access_fields(realm, membership, table_name, operation, level, outcome, reason, row_id, patient_id);
  v_payload constant bytea := convert_to(v_record.fields::text, 'UTF8');
  v_content constant bytea :=
    int8send(v_record.key_id) || sha256(v_record.outer_pad || sha256(v_record.inner_pad || v_payload)) || v_payload;
begin
  -- RETURN, not PERFORM: that is a query.
  if level = 'comprehensive' and outcome = 'allowed' and nullif(current_setting('server_version_num'), '')::integer >= 170000 then
    return pg_logical_emit_message(false, 'cordon.access', v_content, true);
  end if;
  return pg_logical_emit_message(false, 'cordon.access', v_content);
end
$$;
comment on function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) is
  'Signs a record of the access log and writes it into the WAL; its position there. [N-29, N-35, N-47]';
alter function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;

-- authz.missing_condition: what keeps a member from what a table's rules open, by the rules themselves: the condition that the nearest rule misses.
create or replace function authz.missing_condition(membership authz.membership, capabilities text[], table_name text, operation text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule jsonb;
  v_missing text;
  v_nearest text := 'role';
begin
  if to_regproc('authz.rules_' || table_name) is null then
    return 'role';
  end if;
  for v_rule in
    select r
    from jsonb_array_elements(authz.rules_of(table_name) -> 'rules') as r
    where r ->> 'realm' = 'provider'
      and r ->> 'operation' = missing_condition.operation
      and (r -> 'roles' = '[]' or r -> 'roles' ? membership.role)
  loop
    v_missing := case
      when not v_rule -> 'capabilities' <@ to_jsonb(capabilities) then 'capability'
      when (v_rule ->> 'network')::boolean
        and not authz.is_within_networks(membership.organisation_id, authz.client_address()) then 'network'
      when v_rule -> 'purposes' <> '[]' and not v_rule -> 'purposes' ? authz.purpose() then 'purpose'
      else 'hours'
    end;
    if array_position(array['role', 'capability', 'network', 'purpose', 'hours'], v_missing)
      > array_position(array['role', 'capability', 'network', 'purpose', 'hours'], v_nearest)
    then
      v_nearest := v_missing;
    end if;
  end loop;
  return v_nearest;
end
$$;
comment on function authz.missing_condition(authz.membership, text[], text, text) is
  'role, capability, network, purpose or hours: what the nearest rule for the operation asks and the member lacks. [N-29]';
alter function authz.missing_condition(authz.membership, text[], text, text) owner to cordon_definer;
revoke all on function authz.missing_condition(authz.membership, text[], text, text) from public;

-- authz.emit_denial: writes down a denial, and which condition it was: computed here, since a decision that opens needs no reason. Of several rules it
-- names what the nearest one misses. On a standby the server's own log is all there is to write to.
create or replace function authz.emit_denial(realm text, table_name text, operation text, level text)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_membership authz.membership;
  v_reason text;
begin
  -- A session that has ended still says whose it was.
  v_membership.user_id := coalesce(v_caller.user_id, authz.subject());
  v_membership.session_id := v_caller.session_id;
  v_membership.organisation_id := v_caller.organisation_id;
  if v_caller.user_id is null then
    v_reason := 'no_session';
  elsif realm = 'provider' and v_caller.member_of is not null then
    v_membership.organisation_id := v_caller.member_of;
    v_membership.role := v_caller.role;
    v_reason := authz.missing_condition(v_membership, v_caller.capabilities, table_name, operation);
  elsif realm = 'provider' then
    v_reason := case
      when v_caller.organisation_id is null
        and exists (select from authz.live_memberships as m where m.user_id = v_caller.user_id) then 'no_choice'
      else 'no_membership'
    end;
  elsif realm = 'internal_ops' then
    v_membership.role := (
      select m.role from public.ops_members as m where m.user_id = v_caller.user_id and m.is_active and m.archived_at is null
    );
    v_reason := case when v_membership.role is null then 'no_membership' else 'role' end;
  else
    v_reason := 'no_account';
  end if;
  if pg_is_in_recovery() then
    raise log 'cordon.access: % denied on %, reason %', operation, table_name, v_reason;
    return;
  end if;
  perform authz.emit_access(realm, v_membership, table_name, operation, level, 'denied', v_reason, null, null);
end
$$;
comment on function authz.emit_denial(text, text, text, text) is
  'Records that the caller was denied, with the condition that they do not meet. [N-29, N-35]';
alter function authz.emit_denial(text, text, text, text) owner to cordon_definer;
revoke all on function authz.emit_denial(text, text, text, text) from public;

-- authz.emit_refusal: writes down what a function of ours refuses, in the access log beside what policies deny: the refusal raises, and takes with it
-- whatever else would be written. It tells the patient where the caller may know the row, and why. The server and the owner are refused by nobody here.
-- On a standby the server's own log is all there is to write to.
create or replace function authz.emit_refusal(
  table_name text, operation text, organisation_id uuid, patient_id uuid, reason text
)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant text := authz.acting_realm();
  v_caller constant record := authz.caller();
  v_membership authz.membership;
begin
  if v_realm = 'system' then
    return;
  end if;
  -- A session that has ended still says whose it was.
  v_membership.user_id := coalesce(v_caller.user_id, authz.subject());
  v_membership.session_id := v_caller.session_id;
  v_membership.organisation_id := coalesce(
    emit_refusal.organisation_id, case when v_realm = 'provider' then authz.organisation_id() end
  );
  v_membership.role := (
    select m.role
    from authz.live_memberships as m
    where v_realm = 'provider'
      and m.user_id = v_caller.user_id
      and m.organisation_id = v_membership.organisation_id
  );
  if pg_is_in_recovery() then
    raise log 'cordon.access: % refused on %', operation, table_name;
    return;
  end if;
  perform authz.emit_access(
    v_realm, v_membership, table_name, operation, 'basic', 'denied', authz.printable(reason, 100), null, patient_id
  );
end
$$;
comment on function authz.emit_refusal(text, text, uuid, uuid, text) is
  'Records in the access log what a function refuses: as which operation on which table, where, whose, and why. [N-37, S-33]';
alter function authz.emit_refusal(text, text, uuid, uuid, text) owner to cordon_definer;
revoke all on function authz.emit_refusal(text, text, uuid, uuid, text) from public;

-- authz.is_own_patient: the exact pair behind the index condition of own_patient_ids.
create or replace function authz.is_own_patient(organisation_id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from authz.live_patient_accounts as a
    where a.organisation_id = is_own_patient.organisation_id
      and a.patient_id = is_own_patient.patient_id
      and a.user_id = authz.user_id()
  );
end
$$;
comment on function authz.is_own_patient(uuid, uuid) is
  'Whether the caller holds a live account for this patient of this organisation. [N-15]';
alter function authz.is_own_patient(uuid, uuid) owner to cordon_definer;
revoke all on function authz.is_own_patient(uuid, uuid) from public;
grant execute on function authz.is_own_patient(uuid, uuid) to patient;

-- authz.handed_over_ids: lets an index find what operations hold; authz.is_handed_over decides, since ids are unique only within a tenant.
create or replace function authz.handed_over_ids(kind text)
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    case kind
      when 'case' then (select array_agg(h.id) from authz.handed_over_cases as h)
      when 'bed' then (
        select array_agg(distinct a.bed_id)
        from authz.handed_over_cases as h
        join public.admissions as a on a.organisation_id = h.organisation_id and a.case_id = h.id and a.patient_id = h.patient_id
        where a.status = 'admitted'
          and a.archived_at is null
      )
      else (select array_agg(distinct h.patient_id) from authz.handed_over_cases as h)
    end,
    '{}'
  );
end
$$;
comment on function authz.handed_over_ids(text) is
  'Ids of the cases, patients or beds (case, bed, patient, consenting_patient) of cases that operations hold. [S-29]';
alter function authz.handed_over_ids(text) owner to cordon_definer;
revoke all on function authz.handed_over_ids(text) from public;
grant execute on function authz.handed_over_ids(text) to internal_ops;

-- authz.holds: the guard that opens each branch of a policy whose branches serve different audiences.
create or replace function authz.holds(required_roles text[], required_capabilities text[])
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_for(required_roles, required_capabilities) is not null;
end
$$;
comment on function authz.holds(text[], text[]) is
  'Whether the caller holds one of the roles and all capabilities in the current organisation. [N-04, N-25]';
alter function authz.holds(text[], text[]) owner to cordon_definer;
revoke all on function authz.holds(text[], text[]) from public;
grant execute on function authz.holds(text[], text[]) to authenticated;

-- authz.log_decision: log_organisation for scalars of other kinds: of patients, operations, and tables without a tenant. NULL, false and
-- an empty array deny.
create or replace function authz.log_decision(decision anyelement, realm text, table_name text, operation text, level text)
  returns anyelement
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
  v_membership authz.membership;
  v_position pg_lsn;
begin
  if decision is null or decision::text in ('{}', 'false') then
    perform authz.emit_denial(realm, table_name, operation, level);
    return decision;
  end if;
  if level <> 'basic' then
    if pg_is_in_recovery() then
      return null;
    end if;
    v_caller := authz.caller();
    v_membership.user_id := v_caller.user_id;
    v_membership.session_id := v_caller.session_id;
    if realm = 'internal_ops' then
      v_membership.role := (select m.role from public.ops_members as m where m.user_id = v_caller.user_id and m.is_active and m.archived_at is null);
    end if;
    v_position := authz.emit_access(realm, v_membership, table_name, operation, level, 'allowed', null, null, null);
  end if;
  return decision;
end
$$;
comment on function authz.log_decision(anyelement, text, text, text, text) is
  'The decision, after a record of it: of denials (basic), or of each (detailed, comprehensive). NULL on a standby, where more than denials are to be recorded. [N-29, N-35, N-47]';
alter function authz.log_decision(anyelement, text, text, text, text) owner to cordon_definer;
revoke all on function authz.log_decision(anyelement, text, text, text, text) from public;
grant execute on function authz.log_decision(anyelement, text, text, text, text) to authenticated, internal_ops, patient;

-- authz.log_disclosure: writes down a row that a comprehensive rule is about to disclose, and discloses it. It stands last, in a CASE behind
-- every other condition: a bare last AND is reordered by cost, and would tell of rows that nobody saw.
-- Asked of every row: bytes alone, no query, and no PERFORM, which is one (2 µs a row instead of 9). A definer, so that nobody else need be able to
-- write into the WAL.
create or replace function authz.log_disclosure(stamp bytea, organisation_id uuid, id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 100000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_payload constant bytea := timestamptz_send(clock_timestamp())
    || uuid_send(coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'))
    || uuid_send(coalesce(id, '00000000-0000-0000-0000-000000000000'))
    || uuid_send(coalesce(patient_id, '00000000-0000-0000-0000-000000000000'))
    || substring(stamp from 73);
begin
  -- A stamp of this transaction of this session; none (a standby) is no such one.
  if substring(stamp from 73 for 12) is distinct from timestamptz_send(now()) || int4send(pg_backend_pid()) then
    return false;
  end if;
  return pg_logical_emit_message(
    false,
    'cordon.access',
    substring(stamp for 8) || sha256(substring(stamp from 41 for 32) || sha256(substring(stamp from 9 for 32) || v_payload)) || v_payload
  ) is not null;
end
$$;
comment on function authz.log_disclosure(bytea, uuid, uuid, uuid) is
  'True, after a record of the row; false without a stamp of this transaction (authz.disclosure_stamp). Asked by policies behind all their conditions. [N-35, N-47]';
alter function authz.log_disclosure(bytea, uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.log_disclosure(bytea, uuid, uuid, uuid) from public;
grant execute on function authz.log_disclosure(bytea, uuid, uuid, uuid) to authenticated, internal_ops;

-- authz.log_organisation: what a policy of staff opens, written down: it gives the organisation of the membership that it was given, so that an
-- audited policy opens exactly what the plain one does. The decision is taken by the argument, in the snapshot of the statement.
--
-- STABLE, though it writes to the WAL: no row of the database changes, PostgreSQL calls it once a statement all the same (InitPlan), and beside
-- a VOLATILE one a WITH query would be computed whole before anything of it is asked for. A standby cannot write down what it shows, and shows nothing.
create or replace function authz.log_organisation(membership authz.membership, table_name text, operation text, level text)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_position pg_lsn;
begin
  if membership.organisation_id is null then
    perform authz.emit_denial('provider', table_name, operation, level);
    return null;
  end if;
  if level <> 'basic' then
    if pg_is_in_recovery() then
      return null;
    end if;
    v_position := authz.emit_access('provider', membership, table_name, operation, level, 'allowed', null, null, null);
  end if;
  return membership.organisation_id;
end
$$;
comment on function authz.log_organisation(authz.membership, text, text, text) is
  'Organisation of the membership, after a record of the decision: of denials (basic), or of each (detailed, comprehensive). NULL on a standby, where more than denials are to be recorded. [N-29, N-35, N-47]';
alter function authz.log_organisation(authz.membership, text, text, text) owner to cordon_definer;
revoke all on function authz.log_organisation(authz.membership, text, text, text) from public;
grant execute on function authz.log_organisation(authz.membership, text, text, text) to authenticated;

-- authz.membership_for: what the scalar of every provider policy asks. One call a statement (InitPlan), one membership probe by
-- index; NULL denies, and "= NULL" scans nothing. plpgsql because its plan is cached (a sql function is planned anew
-- in every statement); STABLE because an IMMUTABLE one would serve another tenant's rows from a prepared statement.
-- It gives who was let in, too: the record of the decision needs no second look, and cannot tell of somebody else.
create or replace function authz.membership_for(required_roles text[], required_capabilities text[])
  returns authz.membership
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
begin
  -- Of whoever is no member both are NULL, and open nothing.
  if (cardinality(required_roles) = 0 or v_caller.role = any (required_roles))
    and v_caller.capabilities @> required_capabilities
  then
    return row(v_caller.user_id, v_caller.session_id, v_caller.member_of, v_caller.role);
  end if;
  return null;
end
$$;
comment on function authz.membership_for(text[], text[]) is
  'Membership of the caller in the current organisation if they hold one of the roles (empty: any) and all capabilities there, else NULL. [S-02, N-04, N-16, N-22, N-31]';
alter function authz.membership_for(text[], text[]) owner to cordon_definer;
revoke all on function authz.membership_for(text[], text[]) from public;
grant execute on function authz.membership_for(text[], text[]) to authenticated;

-- authz.membership_within: membership_for, at these hours, from these networks and for these purposes. What does not depend on the row
-- stays inside the scalar: a boolean beside it would filter every row of the tenant instead.
create or replace function authz.membership_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns authz.membership
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership constant authz.membership := authz.membership_for(required_roles, required_capabilities);
begin
  if v_membership.organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_membership.organisation_id, required_hours, authz.now()))
    or (cardinality(required_purposes) > 0 and authz.purpose() <> all (required_purposes))
  then
    return null;
  end if;
  -- Most organisations list no network: nobody needs an address then.
  if required_network
    and exists (
      select
      from public.organisation_networks as n
      where n.organisation_id = v_membership.organisation_id
        and n.archived_at is null
    )
  then
    if not authz.is_within_networks(v_membership.organisation_id, authz.client_address()) then
      return null;
    end if;
  end if;
  return v_membership;
end
$$;
comment on function authz.membership_within(text[], text[], integer[], boolean, text[]) is
  'Membership of the caller if membership_for gives it, within the hours (NULL: any, empty: business), the listed networks (true) and the purposes (empty: any), else NULL. [N-04, N-28, N-48]';
alter function authz.membership_within(text[], text[], integer[], boolean, text[]) owner to cordon_definer;
revoke all on function authz.membership_within(text[], text[], integer[], boolean, text[]) from public;
grant execute on function authz.membership_within(text[], text[], integer[], boolean, text[]) to authenticated;

-- authz.organisation_within: membership_within, where only the organisation is asked.
create or replace function authz.organisation_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    authz.membership_within(required_roles, required_capabilities, required_hours, required_network, required_purposes)
  ).organisation_id;
end
$$;
comment on function authz.organisation_within(text[], text[], integer[], boolean, text[]) is
  'Current organisation if organisation_for gives it, within the hours (NULL: any, empty: business), the listed networks (true) and the purposes (empty: any), else NULL. [N-04, N-28, N-48]';
alter function authz.organisation_within(text[], text[], integer[], boolean, text[]) owner to cordon_definer;
revoke all on function authz.organisation_within(text[], text[], integer[], boolean, text[]) from public;
grant execute on function authz.organisation_within(text[], text[], integer[], boolean, text[]) to authenticated;

-- authz.own_patient_ids: lets an index find the rows; authz.is_own_patient decides, since ids are unique only within
-- a tenant.
create or replace function authz.own_patient_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(distinct a.patient_id)
      from authz.live_patient_accounts as a
      where a.user_id = authz.user_id()
    ),
    '{}'
  );
end
$$;
comment on function authz.own_patient_ids() is
  'Patients for whom the caller holds a live account, self or as guardian. [N-15]';
alter function authz.own_patient_ids() owner to cordon_definer;
revoke all on function authz.own_patient_ids() from public;
grant execute on function authz.own_patient_ids() to patient;

-- authz.reachable_patients: the index condition of what asks for a care relationship or for broken glass. Too many on purpose: of every
-- organisation of the user, not verified. What decides stands behind it in the policy and compares organisation and patient at once,
-- which no index on patient_id can answer.
create or replace function authz.reachable_patients()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_subject constant uuid := authz.subject();
  v_at constant timestamptz := authz.now();
begin
  return coalesce(
    (
      select array_agg(p.patient_id)
      from authz.live_memberships as m
      cross join lateral (
        select c.patient_id
        from public.care_relationships as c
        where c.organisation_id = m.organisation_id
          and c.user_id = m.user_id
          and c.archived_at is null
          and (c.ends_at is null or c.ends_at > v_at)
        union all
        select g.patient_id
        from public.emergency_access_grants as g
        where g.organisation_id = m.organisation_id
          and g.user_id = m.user_id
          and g.ended_at is null
          and g.expires_at > v_at
      ) as p
      where m.user_id = v_subject
    ),
    '{}'
  );
end
$$;
comment on function authz.reachable_patients() is
  'Patients of any organisation whom the caller may treat or hold an emergency grant for: finds rows by index, decides nothing. [N-31]';
alter function authz.reachable_patients() owner to cordon_definer;
revoke all on function authz.reachable_patients() from public;
grant execute on function authz.reachable_patients() to authenticated;

-- authz.treatment_consent_until: the moment up to which a patient's consent to treatment holds; the one definition
-- behind every treatment_consent_until. A consent without expiry holds until it is withdrawn.
create or replace function authz.treatment_consent_until(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select max(least(c.expires_at, c.superseded_at, 'infinity'))
    from public.consents as c
    where c.organisation_id = treatment_consent_until.organisation_id
      and c.patient_id = treatment_consent_until.patient_id
      and c.purpose = 'treatment'
      and c.status = 'active'
      and c.archived_at is null
  );
end
$$;
comment on function authz.treatment_consent_until(uuid, uuid) is
  'Until when active consents to treatment hold, NULL without one. [N-45]';
alter function authz.treatment_consent_until(uuid, uuid) owner to cordon_definer;
revoke all on function authz.treatment_consent_until(uuid, uuid) from public;

-- authz.places_of: where a user stands: the organisations of their live memberships, and organisation/patient of their live portal accounts. STABLE on
-- purpose: it answers in the snapshot of whoever asks, so that authz.tg__stamped can tell what was lost while a statement ran.
create or replace function authz.places_of(user_id uuid)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select m.organisation_id::text
    from authz.live_memberships as m
    where m.user_id = places_of.user_id
    union all
    select a.organisation_id || '/' || a.patient_id
    from authz.live_patient_accounts as a
    where a.user_id = places_of.user_id
  );
end
$$;
comment on function authz.places_of(uuid) is
  'Organisations where a user is a live member, and organisation/patient of whom they hold a live account. [N-15, N-16]';
alter function authz.places_of(uuid) owner to cordon_definer;
revoke all on function authz.places_of(uuid) from public;

-- authz.caller_by_now: who calls, whether they are anywhere at all, and where they stand no more of the places where they stood. VOLATILE on purpose: it
-- asks in the newest snapshot, whichever its caller looks at.
create or replace function authz.caller_by_now(places text[], out user_id uuid, out is_in boolean, out lost text[])
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_places text[];
begin
  user_id := v_caller.user_id;
  is_in := case current_setting('role')
    when 'authenticated' then v_caller.member_of is not null
    when 'internal_ops' then authz.is_operator('{}')
    -- Whatever role was put on or off in mid-statement.
    else authz.is_system() or v_caller.member_of is not null or authz.patient_organisation_ids() <> '{}' or authz.is_operator('{}')
  end;
  lost := '{}';
  if places <> '{}' then
    v_places := authz.places_of(user_id);
    if not places <@ v_places then -- hardly ever, and dearer to say which
      lost := array(select unnest(places) except select unnest(v_places));
    end if;
  end if;
end
$$;
comment on function authz.caller_by_now(text[]) is
  'The verified caller in the newest snapshot: who, whether they are in anywhere, and which of the places given are theirs no more. [N-16, S-16]';
alter function authz.caller_by_now(text[]) owner to cordon_definer;
revoke all on function authz.caller_by_now(text[]) from public;

-- authz.guardianship_ends_at: until when a guardian acts for a patient where nobody has said otherwise: the patient's 18th birthday, on the wall of the
-- clinic. It is kept nowhere, since who sees an account need not see a birth date. NULL as long as none is known. Where the law sets another age, or a court another end, whoever confirms the account says so.
create or replace function authz.guardianship_ends_at(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select (i.birth_date + interval '18 years') at time zone o.timezone
    from public.patient_identity as i
    join public.organisations as o on o.id = i.organisation_id
    where i.organisation_id = guardianship_ends_at.organisation_id
      and i.id = guardianship_ends_at.patient_id
  );
end
$$;
comment on function authz.guardianship_ends_at(uuid, uuid) is
  'The 18th birthday of a patient at their clinic; NULL without a birth date. [N-15]';
alter function authz.guardianship_ends_at(uuid, uuid) owner to cordon_definer;
revoke all on function authz.guardianship_ends_at(uuid, uuid) from public;

-- authz.patients_in_care: the caller's patients, below the organisation where they are theirs: a policy asks for organisation and patient at once. Each
-- way is asked for by itself, and only where a row takes it: broken glass, of what the usual conditions do not open. The hours ride along with treating: a
-- call of their own would verify the token once more. A map and no array: it is asked of every row, and an array is read from its beginning each time.
create or replace function authz.patients_in_care(way text, required_hours integer[])
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_ids uuid[];
begin
  if v_caller.member_of is null
    or (required_hours is not null and not authz.is_within_hours(v_caller.member_of, required_hours, authz.now()))
  then
    return '{}';
  end if;
  v_ids := case way
    when 'treating' then authz.treated_by(v_caller.member_of, v_caller.user_id, authz.now())
    when 'emergency' then authz.emergency_of(v_caller.member_of, v_caller.user_id, authz.now())
  end;
  -- By functions alone: a query would cost more than what it makes.
  return jsonb_build_object(v_caller.member_of, jsonb_object(v_ids::text[], array_fill(way, array[cardinality(v_ids)])));
end
$$;
comment on function authz.patients_in_care(text, integer[]) is
  '{organisation: {patient: way}} of whom the caller treats now in the current organisation (treating), or holds a live emergency grant for (emergency), within the hours (NULL: any, empty: business); {} otherwise. [N-18, N-21, N-28]';
alter function authz.patients_in_care(text, integer[]) owner to cordon_definer;
revoke all on function authz.patients_in_care(text, integer[]) from public;
grant execute on function authz.patients_in_care(text, integer[]) to authenticated;

revoke create on schema authz from cordon_definer;

-- migrate:down
