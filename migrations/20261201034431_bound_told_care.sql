-- migrate:up
-- Why: care could be told of before all time, which every reader of a chart takes for no date at all
-- Side: operations
-- Access: none
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.medical_records

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Who was treated more than 120 years before it was written down is nobody's patient: it is a date that was not given. Told in days from created_at,
-- and by no date, which the catalog would show in the time zone of whoever looks.
alter table public.medical_records
  add constraint medical_records_occurred_since_check
    check (isfinite(occurred_at) and created_at - occurred_at <= interval '43830 days') not valid;
comment on column public.medical_records.occurred_at is
  'When the care was, where that is told; NULL: when it was written down, created_at. Never in the future, nor more than 120 years before.';

-- migrate:down
