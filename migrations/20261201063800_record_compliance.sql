-- migrate:up
-- Why: a run of npm run compliance is recorded where nobody alters it.
-- Access: +1 grant, +5 policies
--   + policy provider_fence on governance.compliance_results: restrictive, all to authenticated
--   + policy patient_fence on governance.compliance_results: restrictive, all to patient
--   + policy internal_ops_fence on governance.compliance_results: restrictive, all to internal_ops
--   + policy anon_fence on governance.compliance_results: restrictive, all to anon
--   + policy definer_select on governance.compliance_results: select to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (7 columns) on governance.compliance_results
-- Locks: 1 existing table, until the migration commits
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- governance.compliance_results: what a run found of each requirement. The digest is of what the report shows as evidence, so that a page that
-- was kept can be held against it; it holds no evidence itself.
create table governance.compliance_results (
  run_id uuid not null,
  requirement text not null,
  verdict text not null,
  looks bigint not null,
  evidence_sha256 text not null,
  ran_at timestamptz not null default statement_timestamp(),
  ran_by text not null default session_user,
  constraint compliance_results_pkey primary key (run_id, requirement),
  constraint compliance_results_requirement_check check (requirement ~ '^[SN]-[0-9]{2}$'),
  constraint compliance_results_verdict_check check (verdict in ('held', 'broken', 'open', 'unseen', 'outside')),
  constraint compliance_results_looks_check check (looks >= 0 and (looks > 0 or verdict not in ('held', 'outside'))),
  constraint compliance_results_evidence_check check (evidence_sha256 ~ '^[0-9a-f]{64}$')
);
comment on table governance.compliance_results is
  'What npm run compliance found of each requirement, run by run. Append-only, sealed. [N-51]';
comment on column governance.compliance_results.looks is 'How many looks were made; nothing is held without one.';
comment on column governance.compliance_results.evidence_sha256 is 'The digest that the report gives of the line.';
alter table governance.compliance_results enable row level security;
alter table governance.compliance_results force row level security;
insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values ('governance', 'compliance_results', 'INTERNAL', 'ops', 'audit', '{}');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_compliance_results__recorded: who looked and when are the server's word, not the recorder's.
create or replace function authz.tg_compliance_results__recorded()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  new.ran_at := statement_timestamp(); -- one for all lines of a run
  new.ran_by := session_user;
  return new;
end
$$;
comment on function authz.tg_compliance_results__recorded() is
  'Stamps a recorded line with the moment of its statement and the login. [N-51]';
revoke all on function authz.tg_compliance_results__recorded() from public;

create policy provider_fence on governance.compliance_results
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.compliance_results is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.compliance_results
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.compliance_results is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.compliance_results
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.compliance_results is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.compliance_results
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.compliance_results is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

create policy definer_select on governance.compliance_results
  for select to cordon_definer
  using (true);
comment on policy definer_select on governance.compliance_results is
  'definer functions may read every row (audit.seal_table, audit.sealed_records: what is sealed is the whole row). [N-51, S-20]';

create or replace trigger _010_recorded
  before insert on governance.compliance_results
  for each row
  execute function authz.tg_compliance_results__recorded();
alter table governance.compliance_results enable always trigger _010_recorded;
comment on trigger _010_recorded on governance.compliance_results is
  'Stamps who looked, and when. [N-51]';

create or replace trigger _020_append_only
  before update or delete on governance.compliance_results
  for each row
  execute function authz.tg__append_only('compliance_results');
alter table governance.compliance_results enable always trigger _020_append_only;
comment on trigger _020_append_only on governance.compliance_results is
  'Refuses every change, the owner''s included. [N-51, S-20]';

create or replace trigger _021_no_truncate
  before truncate on governance.compliance_results
  for each statement
  execute function authz.tg__append_only('compliance_results');
alter table governance.compliance_results enable always trigger _021_no_truncate;
comment on trigger _021_no_truncate on governance.compliance_results is
  'Refuses to empty the table, the owner included. [N-51, S-20]';

grant
  select (evidence_sha256, looks, ran_at, ran_by, requirement, run_id, verdict)
  on governance.compliance_results to cordon_definer;

-- migrate:down
