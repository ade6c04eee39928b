-- migrate:up
-- Why: Each row that a comprehensive read discloses parsed the token, the headers and the settings anew: 34 us a row, of which all but 15 are the same for every row of the statement. They are made once (authz.access_stamp) and signed, so that nobody has words of their own put on record.
-- Access: +5 grants, 8 changed, 2 definer functions
--   + cordon_definer may execute function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid)
--   ~ authz.access_stamp is written, and runs with the rights of its owner
--   + authenticated may execute function authz.access_stamp(text, text, text)
--   + internal_ops may execute function authz.access_stamp(text, text, text)
--   ~ authz.log_row is written, and runs with the rights of its owner
--   + authenticated may execute function authz.log_row(text[], uuid, uuid, uuid)
--   + internal_ops may execute function authz.log_row(text[], uuid, uuid, uuid)
--   ~ policy provider_select_rows on public.documents
--   ~ policy internal_ops_select on public.documents
--   ~ policy provider_select_rows on public.emergency_access_reasons
--   ~ policy provider_select_rows on public.medical_record_details
--   ~ policy provider_select_rows on public.medical_records
--   ~ policy internal_ops_select on public.medical_records
--   ~ policy provider_select_rows on public.signed_form_evidence
--   ~ policy provider_select_rows on public.subject_request_evidence
--   widens: authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid), which 2 functions and 235 policies ask, has another text
--   widens: authz.log_row(text[], uuid, uuid, uuid) is new beside a function of the same name, which 8 policies ask
--   widens: clinic staff can now call authz.access_stamp(text, text, text), which acts with the rights of cordon_definer
--   widens: clinic staff can now call authz.log_row(text[], uuid, uuid, uuid), which acts with the rights of cordon_definer
--   widens: operations can now call authz.access_stamp(text, text, text), which acts with the rights of cordon_definer
--   widens: operations can now call authz.log_row(text[], uuid, uuid, uuid), which acts with the rights of cordon_definer
-- Locks: 6 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.documents
--   ACCESS EXCLUSIVE public.emergency_access_reasons
--   ACCESS EXCLUSIVE public.medical_record_details
--   ACCESS EXCLUSIVE public.medical_records
--   ACCESS EXCLUSIVE public.signed_form_evidence
--   ACCESS EXCLUSIVE public.subject_request_evidence

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.access_fields: what a record of the access log says, in the order in which it is signed (audit.access_payload reads it back).
-- Of the client itself it takes what stands in the token, already verified, and what it says of its request, bounded.
create or replace function authz.access_fields(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid
)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_headers jsonb;
  v_address inet;
begin
  if current_setting('request.headers', true) <> '' then
    v_headers := authz.request_headers();
    v_address := authz.client_address();
  end if;
  return array[
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
  'What a record of the access log says, 22 texts in the order of docs/access-log.md. [N-35]';
revoke all on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;
grant execute on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) to cordon_definer;

-- authz.access_stamp: what the records of all rows that one statement discloses have in common, made once (InitPlan): what stands before the
-- organisation, what stands between it and the row, and a signature over both. Whoever calls authz.log_row with words of their own would have
-- them signed; it takes a stamp of the same transaction of the same session only, where it tells of nobody but the caller.
create or replace function authz.access_stamp(realm text, table_name text, operation text)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  v_fields text[];
  v_head text;
  v_middle text;
begin
  if pg_is_in_recovery() then
    return null;
  end if;
  v_fields := authz.access_fields(
    realm,
    row((v_claims ->> 'sub')::uuid, nullif(v_claims ->> 'session_id', '')::uuid, null, null),
    table_name, operation, 'comprehensive', 'disclosed', null, null, null
  );
  v_head := btrim(v_fields[2:9]::text, '{}');
  v_middle := btrim(v_fields[11:20]::text, '{}');
  return (
    select array[
      v_head,
      v_middle,
      encode(
        sha256(
          k.outer_pad
            || sha256(k.inner_pad || convert_to('stamp' || pg_backend_pid() || ' ' || extract(epoch from now()) || v_head || chr(10) || v_middle, 'UTF8'))
        ),
        'hex'
      )
    ]
    from audit.access_keys as k
    order by k.key_id desc
    limit 1
  );
end
$$;
comment on function authz.access_stamp(text, text, text) is
  'What the records of the rows of one statement share, signed for this transaction; NULL on a standby. Asked by policies, for authz.log_row. [N-35, N-47]';
alter function authz.access_stamp(text, text, text) owner to cordon_definer;
revoke all on function authz.access_stamp(text, text, text) from public;
grant execute on function authz.access_stamp(text, text, text) to authenticated, internal_ops;

-- authz.emit_access: writes one record into the WAL, where neither ROLLBACK nor an error takes it back and a READ ONLY transaction may write, too.
-- Signed, since whoever can call pg_logical_emit_message can write there: key id (8 bytes), HMAC-SHA-256 (32), and what is signed, the text of an
-- array (audit.access_payload reads it back). RFC 2104 over sha256(): the pads are computed when a key is made.
-- Private: whoever could call it could have anything signed. A comprehensive decision is on disk before its rows are disclosed, from PostgreSQL 17 on.
create or replace function authz.emit_access(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid
)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_payload constant bytea := convert_to(
    authz.access_fields(realm, membership, table_name, operation, level, outcome, reason, row_id, patient_id)::text, 'UTF8'
  );
  v_key record;
  v_content bytea;
begin
  select k.key_id, k.inner_pad, k.outer_pad
    into strict v_key
    from audit.access_keys as k
   order by k.key_id desc
   limit 1;
  v_content := int8send(v_key.key_id) || sha256(v_key.outer_pad || sha256(v_key.inner_pad || v_payload)) || v_payload;
  if level = 'comprehensive' and outcome = 'allowed' and current_setting('server_version_num')::integer >= 170000 then
    perform pg_logical_emit_message(false, 'cordon.access', v_content, true);
  else
    perform pg_logical_emit_message(false, 'cordon.access', v_content);
  end if;
end
$$;

-- authz.log_row: writes down a row that a comprehensive rule is about to disclose, and discloses it. It stands last, in a CASE behind
-- every other condition: a bare last AND is reordered by cost, and would tell of rows that nobody saw.
create or replace function authz.log_row(stamp text[], organisation_id uuid, id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 100000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_key record;
  v_payload bytea;
begin
  select k.key_id, k.inner_pad, k.outer_pad
    into strict v_key
    from audit.access_keys as k
   order by k.key_id desc
   limit 1;
  -- A stamp of ours, of this transaction and session (authz.access_stamp).
  if (
    stamp[3] = encode(
      sha256(
        v_key.outer_pad
          || sha256(v_key.inner_pad || convert_to('stamp' || pg_backend_pid() || ' ' || extract(epoch from now()) || stamp[1] || chr(10) || stamp[2], 'UTF8'))
      ),
      'hex'
    )
  ) is not true then
    return false;
  end if;
  v_payload := convert_to(
    concat(
      '{', trunc(extract(epoch from clock_timestamp()) * 1000000), ',', stamp[1], ',', coalesce(organisation_id::text, 'NULL'), ',', stamp[2], ',',
      coalesce(id::text, 'NULL'), ',', coalesce(patient_id::text, 'NULL'), '}'
    ),
    'UTF8'
  );
  perform pg_logical_emit_message(
    false,
    'cordon.access',
    int8send(v_key.key_id) || sha256(v_key.outer_pad || sha256(v_key.inner_pad || v_payload)) || v_payload
  );
  return true;
end
$$;
comment on function authz.log_row(text[], uuid, uuid, uuid) is
  'True, after a record of the row; false without a stamp of this transaction (authz.access_stamp). Asked by policies behind all their conditions. [N-35, N-47]';
alter function authz.log_row(text[], uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.log_row(text[], uuid, uuid, uuid) from public;
grant execute on function authz.log_row(text[], uuid, uuid, uuid) to authenticated, internal_ops;

revoke create on schema authz from cordon_definer;

comment on policy definer_select on audit.access_keys is
  'definer functions may read every row (authz.emit_access, authz.access_stamp, authz.log_row sign; audit.take_access_records, audit.bent_access_records verify). [N-35]';

alter policy provider_select_rows on public.documents
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            is_financial = true
            and organisation_id = (select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}'))
          )
          or (
            (
              (
                organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
                and treatment_consent_until > (select authz.now())
              )
              or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
            )
            and organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))
          )
        )
      then authz.log_row((select authz.access_stamp('provider', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

alter policy internal_ops_select on public.documents
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'documents', 'SELECT', 'comprehensive'))
    and case
      when
        status = 'active'
        and (archived_at is null or archived_at = now())
        and authz.is_handed_over('patient', organisation_id, patient_id)
      then authz.log_row((select authz.access_stamp('internal_ops', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('patient'))::uuid[])
  );

alter policy provider_select_rows on public.emergency_access_reasons
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_row((select authz.access_stamp('provider', 'emergency_access_reasons', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

alter policy provider_select_rows on public.medical_record_details
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
            and treatment_consent_until > (select authz.now())
          )
          or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
        )
      then authz.log_row((select authz.access_stamp('provider', 'medical_record_details', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy provider_select_rows on public.medical_records
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
            and treatment_consent_until > (select authz.now())
          )
          or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
        )
        and (
          is_segmented = false
          or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
        )
      then authz.log_row((select authz.access_stamp('provider', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy internal_ops_select on public.medical_records
  to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'medical_records', 'SELECT', 'comprehensive'))
    and case
      when
        (archived_at is null or archived_at = now())
        and is_segmented = false
        and authz.is_handed_over('consenting_patient', organisation_id, patient_id)
      then authz.log_row((select authz.access_stamp('internal_ops', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.handed_over_ids('consenting_patient'))::uuid[])
  );

alter policy provider_select_rows on public.signed_form_evidence
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_row((select authz.access_stamp('provider', 'signed_form_evidence', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

alter policy provider_select_rows on public.subject_request_evidence
  to authenticated
  using (
    case
      when
        archived_at is null
        or archived_at = now()
      then authz.log_row((select authz.access_stamp('provider', 'subject_request_evidence', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

drop function authz.log_row(text, text, text, uuid, uuid, uuid);

-- migrate:down
