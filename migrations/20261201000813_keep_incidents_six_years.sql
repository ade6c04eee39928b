-- migrate:up
-- Why: HIPAA wants six years of what is kept about a breach
-- Access: none
--   widens: the migration itself writes rows of governance.retention_rules, which decide what is kept, told and destroyed
-- Locks: 1 existing table, until the migration commits
--   ROW EXCLUSIVE governance.retention_rules

set local lock_timeout = '5s';
set local statement_timeout = '60s';

update governance.retention_rules
   set keep = interval '6 years',
       basis = '45 CFR 164.414(a) with 164.530(j)'
 where retention = 'incident'
   and regime = 'hipaa';

-- migrate:down
