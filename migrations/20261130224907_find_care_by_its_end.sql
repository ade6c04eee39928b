-- migrate:up
-- Why: each booking leaves a care relationship, and all that had ended were read at every statement of their doctor
-- Long lock: an index of a table of a few thousand rows a clinic
-- Access: none
-- Locks: 1 existing table, until the migration commits
--   SHARE public.care_relationships

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index care_relationships_organisation_id_user_id_ends_at_idx
  on public.care_relationships (organisation_id, user_id, ends_at)
  where archived_at is null;
comment on table public.care_relationships is
  'Who treats whom; written by a clinic_admin, by assign_care, or by booking, never by who profits from it. [N-21]';

-- migrate:down
