-- migrate:up
-- Why: what each purpose lets staff reach stands in the database, for the processing register of LGPD art. 37.
-- Access: +4 policies
--   + policy provider_fence on governance.purpose_grants: restrictive, all to authenticated
--   + policy patient_fence on governance.purpose_grants: restrictive, all to patient
--   + policy internal_ops_fence on governance.purpose_grants: restrictive, all to internal_ops
--   + policy anon_fence on governance.purpose_grants: restrictive, all to anon
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.consent_purposes
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- governance.purpose_grants: the purpose limitation matrix: what staff who name a purpose can reach of a domain at most. The rules decide; this is what
-- they amount to, and a test holds the two equal.
create table governance.purpose_grants (
  purpose text not null,
  domain text not null,
  level text not null,
  constraint purpose_grants_pkey primary key (purpose, domain),
  constraint purpose_grants_purpose_fkey
    foreign key (purpose) references public.consent_purposes (purpose) on delete restrict,
  constraint purpose_grants_domain_check check (domain in ('clinical', 'financial', 'identity', 'ops')),
  constraint purpose_grants_level_check
    check (level in ('PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED', 'HIGHLY_RESTRICTED'))
);
comment on table governance.purpose_grants is
  'Per purpose and domain the highest level that a rule lets staff read who name it; what they may read at all, their role decides. [N-48]';
comment on column governance.purpose_grants.purpose is 'The purpose that a session names.';
comment on column governance.purpose_grants.domain is 'Domain of the data: governance.classification.domain.';
comment on column governance.purpose_grants.level is 'Highest level of a table of the domain: governance.classification.level.';
alter table governance.purpose_grants enable row level security;
alter table governance.purpose_grants force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values ('governance', 'purpose_grants', 'INTERNAL', 'ops', 'general', '{}');

insert into governance.purpose_grants (purpose, domain, level)
values
  ('billing', 'clinical', 'RESTRICTED'),
  ('billing', 'financial', 'RESTRICTED'),
  ('billing', 'identity', 'CONFIDENTIAL'),
  ('billing', 'ops', 'HIGHLY_RESTRICTED'),
  ('data_view', 'clinical', 'HIGHLY_RESTRICTED'),
  ('data_view', 'financial', 'RESTRICTED'),
  ('data_view', 'identity', 'CONFIDENTIAL'),
  ('data_view', 'ops', 'HIGHLY_RESTRICTED'),
  ('general_operations', 'clinical', 'INTERNAL'),
  ('general_operations', 'financial', 'RESTRICTED'),
  ('general_operations', 'identity', 'CONFIDENTIAL'),
  ('general_operations', 'ops', 'HIGHLY_RESTRICTED'),
  ('insurer_disclosure', 'clinical', 'INTERNAL'),
  ('insurer_disclosure', 'financial', 'RESTRICTED'),
  ('insurer_disclosure', 'identity', 'CONFIDENTIAL'),
  ('insurer_disclosure', 'ops', 'HIGHLY_RESTRICTED'),
  ('marketing', 'clinical', 'INTERNAL'),
  ('marketing', 'financial', 'RESTRICTED'),
  ('marketing', 'identity', 'CONFIDENTIAL'),
  ('marketing', 'ops', 'HIGHLY_RESTRICTED'),
  ('ops_handoff', 'clinical', 'INTERNAL'),
  ('ops_handoff', 'financial', 'RESTRICTED'),
  ('ops_handoff', 'identity', 'CONFIDENTIAL'),
  ('ops_handoff', 'ops', 'HIGHLY_RESTRICTED'),
  ('research', 'clinical', 'INTERNAL'),
  ('research', 'financial', 'RESTRICTED'),
  ('research', 'identity', 'CONFIDENTIAL'),
  ('research', 'ops', 'HIGHLY_RESTRICTED'),
  ('scheduling', 'clinical', 'CONFIDENTIAL'),
  ('scheduling', 'financial', 'RESTRICTED'),
  ('scheduling', 'identity', 'CONFIDENTIAL'),
  ('scheduling', 'ops', 'HIGHLY_RESTRICTED'),
  ('transfer_disclosure', 'clinical', 'INTERNAL'),
  ('transfer_disclosure', 'financial', 'RESTRICTED'),
  ('transfer_disclosure', 'identity', 'CONFIDENTIAL'),
  ('transfer_disclosure', 'ops', 'HIGHLY_RESTRICTED'),
  ('treatment', 'clinical', 'HIGHLY_RESTRICTED'),
  ('treatment', 'financial', 'RESTRICTED'),
  ('treatment', 'identity', 'CONFIDENTIAL'),
  ('treatment', 'ops', 'HIGHLY_RESTRICTED');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

create policy provider_fence on governance.purpose_grants
  as restrictive for all to authenticated
  using (false)
  with check (false);
comment on policy provider_fence on governance.purpose_grants is
  'Whatever another policy allows, staff reach no row. [N-24, S-02, S-03, S-04]';

create policy patient_fence on governance.purpose_grants
  as restrictive for all to patient
  using (false)
  with check (false);
comment on policy patient_fence on governance.purpose_grants is
  'Whatever another policy allows, patients reach no row. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on governance.purpose_grants
  as restrictive for all to internal_ops
  using (false)
  with check (false);
comment on policy internal_ops_fence on governance.purpose_grants is
  'Whatever another policy allows, operations reach no row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on governance.purpose_grants
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on governance.purpose_grants is
  'Whatever another policy allows, callers who are not signed in reach no row. [N-24, S-02, S-03, S-04]';

-- migrate:down
