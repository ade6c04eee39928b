-- authz.tg__settled: an entry of a chart is its author's, for a day: who errs at the end of a shift mends it until the next one has taken over and relied
-- on it. After that, or by anybody else, what it says changes by a version that supersedes it, which leaves what stood there (45 CFR 164.526(c)(1), Lei
-- 13.787/2018 art. 2). A diagnosis that is added says more of the record that it stands under, and is its author's as well. An entry without an author,
-- which a server wrote, is nobody's to write over. The server repairs, of which the events tell. Of a change its trigger says in WHEN what changed, and
-- stands behind the stamp: who is stamped on the row is verified at the end of the statement. Of what is added it is asked after the row is in: whose
-- the record is, is told to nobody whom the policies refuse.
create or replace function authz.tg__settled()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_window constant interval := '24 hours';
  v_author uuid;
  v_written_at timestamptz;
begin
  if authz.is_system() then
    return new;
  end if;
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_author := old.created_by_user_id;
    v_written_at := old.created_at;
  else
    select r.created_by_user_id, r.created_at
      into v_author, v_written_at
      from public.medical_records as r
     where r.organisation_id = new.organisation_id
       and r.id = new.id;
  end if;
  if v_author = new.updated_by_user_id and v_written_at > authz.now() - v_window then
    return new;
  end if;
  raise exception 'an entry of a chart is changed by its author, within a day'
    using errcode = 'CD011', hint = 'Record a new version that supersedes it: the record''s supersedes_id.';
end
$$;
comment on function authz.tg__settled() is
  'Refuses with CD011 that an entry of a chart is written over, or given its details, by another than its author, or later than a day after it was written. [N-37, S-16]';
alter function authz.tg__settled() owner to cordon_definer;
revoke all on function authz.tg__settled() from public;
