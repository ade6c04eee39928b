-- migrate:up
-- Why: What was destroyed before burials were closed is closed as it stands: it says nothing of who put it there, and everything of what is put there from now on.
-- Access: 1 DO block
--   ~ a DO block: read it, its statements are not listed
--   widens: the migration itself writes rows of governance.tombstones, which is a record of what happened
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

do $$
begin
  perform governance.close_burial(b.organisation_id, b.cause, b.cause_id, session_user::text)
  from (
    select t.organisation_id, t.cause, t.cause_id
    from governance.tombstones as t
    group by t.organisation_id, t.cause, t.cause_id
    having bool_and(t.relation <> 'governance.tombstones')
  ) as b;
end
$$;

-- migrate:down
