-- authz.tg_medical_records__protect: what makes a version protected protects the versions before it: the same visit would
-- otherwise be read there. Each of them passes it on. So does what protects a version later on, to those that superseded it before: a nurse's correction,
-- written while the doctor protects what it corrects, is of the same visit.
create or replace function authz.tg_medical_records__protect()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_added text[] := '{}';
begin
  if new.supersedes_id is not null and new.is_segmented then
    update public.medical_records as r
       set segments = array(select distinct s.segment from unnest(r.segments || new.segments) as s (segment) order by 1)
     where r.organisation_id = new.organisation_id
       and r.id = new.supersedes_id
       and not r.segments @> new.segments;
  end if;
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_added := array(select s.segment from unnest(new.segments) as s (segment) where s.segment <> all (old.segments));
  end if;
  if v_added <> '{}' then
    perform authz.require_read_committed(); -- an older snapshot would not show the version that was recorded meanwhile
    update public.medical_records as r
       set segments = array(select distinct s.segment from unnest(r.segments || v_added) as s (segment) order by 1)
     where r.organisation_id = new.organisation_id
       and r.supersedes_id = new.id
       and not r.segments @> v_added;
  end if;
  return null;
end
$$;
comment on function authz.tg_medical_records__protect() is
  'Carries protected segments to the versions that a record supersedes, and those that are added to the versions that supersede it; CD007 to add one above READ COMMITTED. [N-01]';
alter function authz.tg_medical_records__protect() owner to cordon_definer;
revoke all on function authz.tg_medical_records__protect() from public;
