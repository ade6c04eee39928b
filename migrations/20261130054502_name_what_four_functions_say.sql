-- migrate:up
-- Why: COMMENTs, which the reference repeats: three lacked an apostrophe, one an error
-- Access: none
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

comment on function public.close_emergency_access(uuid) is
  'Ends the caller''s own emergency access; returns when. CD010 where there is no open one of that id. [N-18]';

comment on function public.declare_restricted_read(text, text) is
  'Purpose and justification of what the rest of this transaction reads, counted as one restricted read. 42501 without a live session, CD006 for an unknown purpose, CD016 for a number in the justification, CD041 beyond the limit, CD044 without a justification of 10 to 500 characters. [N-35, N-47, N-48, N-52]';

comment on function public.evaluate_policy(text, text, uuid) is
  'Whether the caller may SELECT, INSERT (a row like this one), UPDATE or DELETE a row, with reason and the verdict of each condition; another tenant''s row is not found. CD012 for an unknown table or operation. [N-08]';

comment on function public.open_emergency_access(uuid, text, integer) is
  'Opens emergency access to one patient for 1 to 60 minutes, from the next transaction on; returns the grant''s id. 42501 without the right, CD009 where it is refused, CD010 for no such patient. [N-18, N-37]';

-- migrate:down
