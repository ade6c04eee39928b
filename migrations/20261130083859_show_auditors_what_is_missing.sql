-- migrate:up
-- Why: an auditor of a clinic sees by their own login what was destroyed, what the log lacks and what of it was bent, which only the role that migrates did (N-35, N-49)
-- Side: operations
-- Access: +8 grants, +1 policy, 1 changed, 3 definer functions
--   ~ audit.bent_access_records is written, and runs with the rights of its owner
--   ~ public.access_log_exceptions is written, and runs with the rights of its owner
--   + authenticated may execute function public.access_log_exceptions(timestamp with time zone)
--   + internal_ops may execute function public.access_log_exceptions(timestamp with time zone)
--   + service_role may execute function public.access_log_exceptions(timestamp with time zone)
--   ~ public.bent_access_records is written, and runs with the rights of its owner
--   + authenticated may execute function public.bent_access_records(timestamp with time zone, timestamp with time zone)
--   + internal_ops may execute function public.bent_access_records(timestamp with time zone, timestamp with time zone)
--   + service_role may execute function public.bent_access_records(timestamp with time zone, timestamp with time zone)
--   ~ policy provider_fence on governance.tombstones
--   + policy provider_select on governance.tombstones: select to authenticated
--   + authenticated may select on governance.tombstones
--   + authenticated may select on public.tombstones
--   widens: audit.bent_access_records(timestamp with time zone, timestamp with time zone, uuid) is new beside a function of the same name, which 1 function asks
--   widens: clinic staff can now call public.access_log_exceptions(timestamp with time zone), which acts with the rights of cordon_definer
--   widens: clinic staff can now call public.bent_access_records(timestamp with time zone, timestamp with time zone), which acts with the rights of cordon_definer
--   widens: clinic staff can now read governance.tombstones of their own organisation, though they cannot name it
--   widens: clinic staff can now read public.tombstones, as far as they may read what it shows, governance.tombstones among it
--   widens: operations can now call public.access_log_exceptions(timestamp with time zone), which acts with the rights of cordon_definer
--   widens: operations can now call public.bent_access_records(timestamp with time zone, timestamp with time zone), which acts with the rights of cordon_definer
--   widens: the service role can now call public.access_log_exceptions(timestamp with time zone), which acts with the rights of cordon_definer
--   widens: the service role can now call public.bent_access_records(timestamp with time zone, timestamp with time zone), which acts with the rights of cordon_definer
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE governance.tombstones

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The same function with one more parameter would be another one, beside it.
drop function audit.bent_access_records(timestamptz, timestamptz);

create view public.tombstones with (security_invoker = true) as
  select
    t.organisation_id, t.id, t.destroyed_at, t.destroyed_by, t.cause, t.cause_id, t.relation, t.column_name, t.row_count, t.keys_sha256,
    t.record_keys
  from governance.tombstones as t;
comment on view public.tombstones is
  'What erasure and retention destroyed, when, by whom and why, without its content, for auditor and privacy officer. [N-49]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema audit, public to cordon_definer;

-- audit.bent_access_records: records of a stretch of time that are not what was signed: somebody who can write to the table, and not sign, changed or
-- added them. Rows that are gone are found by the seals.
create or replace function audit.bent_access_records(since timestamptz, until timestamptz, organisation_id uuid default null)
  returns table (occurred_at timestamptz, id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select l.occurred_at, l.id
  from audit.access_log as l
  left join audit.access_keys as k on l.key_id in (k.key_id, -k.key_id)
  where l.occurred_at >= since
    and l.occurred_at < until
    and (bent_access_records.organisation_id is null or l.organisation_id = bent_access_records.organisation_id)
    and (
      k.key_id is null
      or l.hmac <> case
          when l.key_id < 0 then audit.disclosure_hmac(k.inner_pad, k.outer_pad, audit.access_payload(l))
          else sha256(k.outer_pad || sha256(k.inner_pad || audit.access_payload(l)))
        end
      or l.id <> encode(substring(l.hmac from 1 for 16), 'hex')::uuid
    )
  order by l.occurred_at, l.id;
end
$$;
comment on function audit.bent_access_records(timestamptz, timestamptz, uuid) is
  'Records of [since, until) whose hmac is not theirs, of one organisation or all (NULL). For whoever migrates. [N-35]';
alter function audit.bent_access_records(timestamptz, timestamptz, uuid) owner to cordon_definer;
revoke all on function audit.bent_access_records(timestamptz, timestamptz, uuid) from public;

-- public.access_log_exceptions: where the access log has holes, and what did not belong there, for whoever examines it. The holes are of the deployment:
-- what is lost, nobody can say of whom it was.
create or replace function public.access_log_exceptions(since timestamptz default '-infinity')
  returns table (noticed_at timestamptz, kind text, from_lsn text, to_lsn text, records bigint, cause text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.proof_scope();
  return query
  select e.noticed_at, e.kind, e.from_lsn, e.to_lsn, e.records, e.cause
  from audit.access_log_exceptions as e
  where e.noticed_at >= coalesce(access_log_exceptions.since, '-infinity')
  order by e.noticed_at, e.id;
end
$$;
comment on function public.access_log_exceptions(timestamptz) is
  'Stretches of the WAL whose records the access log lacks, and messages that were not genuine, noticed since then. 42501 for who is neither auditor nor privacy officer, of operations or the server. [N-35]';
alter function public.access_log_exceptions(timestamptz) owner to cordon_definer;
revoke all on function public.access_log_exceptions(timestamptz) from public;
grant execute on function public.access_log_exceptions(timestamptz) to authenticated, internal_ops, service_role;

-- public.bent_access_records: audit.bent_access_records for whoever examines a clinic's log, or operations' auditor all of it. A record that was moved to
-- another clinic is told to that one; one that is gone is found by the seals.
create or replace function public.bent_access_records(since timestamptz, until timestamptz default null)
  returns table (occurred_at timestamptz, id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.proof_scope();
begin
  return query
  select b.occurred_at, b.id
  from audit.bent_access_records(
    -- Of no time would be nothing, which reads as if nothing were bent.
    coalesce(bent_access_records.since, '-infinity'), coalesce(bent_access_records.until, 'infinity'), v_tenant
  ) as b;
end
$$;
comment on function public.bent_access_records(timestamptz, timestamptz) is
  'Records of the access log of [since, until) that are not what was signed: none, where nobody bent it. A clinic''s auditor or privacy officer asks of its own. 42501 for who is none of them, of operations or the server. [N-35]';
alter function public.bent_access_records(timestamptz, timestamptz) owner to cordon_definer;
revoke all on function public.bent_access_records(timestamptz, timestamptz) from public;
grant execute on function public.bent_access_records(timestamptz, timestamptz) to authenticated, internal_ops, service_role;

revoke create on schema audit, public from cordon_definer;

comment on policy definer_select on audit.access_log_exceptions is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row; public.access_log_exceptions: where a log has holes). [S-20]';

alter policy provider_fence on governance.tombstones
  to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')));
comment on policy provider_fence on governance.tombstones is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with auditor of the current organisation or any member with privacy_officer of the current organisation. [N-24, S-02, S-03, S-04]';

create policy provider_select on governance.tombstones
  for select to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{auditor}')), (select authz.organisation_for('{}', '{privacy_officer}'))), 'provider', 'tombstones', 'SELECT', 'basic')));
comment on policy provider_select on governance.tombstones is
  'any member with auditor of the current organisation may read rows; any member with privacy_officer of the current organisation may read rows. [N-49, S-02]';

grant select on governance.tombstones to authenticated;

grant select on public.tombstones to authenticated;

-- migrate:down
