-- migrate:up
-- Why: Of a recorded decision, the calls that gather what it says took more than half: they are SQL now, bound when created, and PostgreSQL puts them into the expression that asks them. 48 us a decision become 39, of a read of about 250.
-- Access: +1 grant, 1 definer function
--   + cordon_definer may execute function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid, jsonb, inet)
--   ~ authz.access_stamp is written, and runs with the rights of its owner
--   widens: authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid, jsonb, inet) is new beside a function of the same name, which 5 functions and 241 policies ask
--   widens: authz.access_stamp(text, text, text), which 8 policies ask, has another text
--   widens: authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid), which 4 functions and 235 policies ask, has another text
--   widens: authz.printable(text, integer), which 5 functions and 241 policies ask, runs under the settings of its caller, no longer answers null as soon as it is asked about null, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.printable: what a client says, as it is kept: one line, without what a terminal or a page would act on, and bounded. In SQL, bound when it
-- is created: PostgreSQL puts it into the expression that asks it, where a call of its own took as long as all the rest.
create or replace function authz.printable(value text, length integer)
  returns text
  language sql
  immutable
  parallel safe
  return nullif(regexp_replace(left(value, length), '[[:cntrl:]]', ' ', 'g'), '');

-- authz.access_fields: what a record of the access log says, in the order in which it is signed (audit.access_payload reads it back). What the client
-- says of its request is bounded; of itself there is only what stands in the token. In SQL, for the reason of authz.printable.
create or replace function authz.access_fields(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid, headers jsonb, client_address inet
)
  returns text[]
  language sql
  volatile
  parallel unsafe
  return array[
    trunc(extract(epoch from clock_timestamp()) * 1000000)::text,
    trunc(extract(epoch from statement_timestamp()) * 1000000)::text,
    trunc(extract(epoch from now()) * 1000000)::text,
    pg_backend_pid()::text,
    pg_current_xact_id_if_assigned()::text,
    realm,
    (membership).user_id::text,
    (membership).session_id::text,
    (membership).role,
    (membership).organisation_id::text,
    table_name,
    operation,
    level,
    outcome,
    reason,
    authz.printable(coalesce(nullif(current_setting('app.purpose', true), ''), headers ->> 'x-purpose'), 100),
    authz.printable(coalesce(nullif(current_setting('app.justification', true), ''), headers ->> 'x-justification'), 500),
    host(client_address),
    case when client_address is null then 'unknown' else 'edge' end,
    authz.printable(headers ->> 'user-agent', 400),
    row_id::text,
    patient_id::text
  ];
comment on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid, jsonb, inet) is
  'What a record of the access log says, 22 texts in the order of docs/access-log.md. [N-35]';
revoke all on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid, jsonb, inet) from public;
grant execute on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid, jsonb, inet) to cordon_definer;

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
    table_name, operation, 'comprehensive', 'disclosed', null, null, null, authz.request_headers(), authz.client_address()
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
  v_headers jsonb;
  v_address inet;
  v_key record;
  v_payload bytea;
  v_content bytea;
begin
  if current_setting('request.headers', true) <> '' then
    v_headers := authz.request_headers();
  end if;
  select k.key_id, k.inner_pad, k.outer_pad, (select d.trusted_address_header from authz.deployment_settings as d) as header
    into strict v_key
    from audit.access_keys as k
   order by k.key_id desc
   limit 1;
  if v_key.header is not null then
    v_address := authz.client_address();
  end if;
  v_payload := convert_to(
    authz.access_fields(realm, membership, table_name, operation, level, outcome, reason, row_id, patient_id, v_headers, v_address)::text, 'UTF8'
  );
  v_content := int8send(v_key.key_id) || sha256(v_key.outer_pad || sha256(v_key.inner_pad || v_payload)) || v_payload;
  if level = 'comprehensive' and outcome = 'allowed' and nullif(current_setting('server_version_num'), '')::integer >= 170000 then
    perform pg_logical_emit_message(false, 'cordon.access', v_content, true);
  else
    perform pg_logical_emit_message(false, 'cordon.access', v_content);
  end if;
end
$$;

drop function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid);

-- migrate:down
