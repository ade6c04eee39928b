-- authz.tg__settled: an entry of a chart is its author's, for a day: who errs at the end of a shift mends it until the next one has taken over and relied
-- on it. After that, or by anybody else, what it says changes by a version that supersedes it, which leaves what stood there (45 CFR 164.526(c)(1), Lei
-- 13.787/2018 art. 2). An entry without an author, which a server wrote, is nobody's to write over. The server repairs, of which the events tell. Its
-- trigger says in WHEN what changed, and stands behind the stamp: who is stamped on the row is verified at the end of the statement.
create or replace function authz.tg__settled()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_window constant interval := '24 hours';
begin
  if authz.is_system()
    or (old.created_by_user_id = new.updated_by_user_id and old.created_at > authz.now() - v_window)
  then
    return new;
  end if;
  raise exception 'an entry of a chart is changed by its author, within a day'
    using errcode = 'CD011', hint = 'Record a new version that supersedes it: the record''s supersedes_id.';
end
$$;
comment on function authz.tg__settled() is
  'Refuses with CD011 that an entry of a chart is written over by another than its author, or later than a day after it was written. [N-37, S-16]';
alter function authz.tg__settled() owner to cordon_definer;
revoke all on function authz.tg__settled() from public;
