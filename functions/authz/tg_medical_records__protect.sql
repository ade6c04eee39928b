-- authz.tg_medical_records__protect: what makes a version protected protects the versions before it: the same visit would
-- otherwise be read there. Each of them passes it on.
create or replace function authz.tg_medical_records__protect()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.supersedes_id is not null and new.is_segmented then
    update public.medical_records as r
       set segments = array(select distinct s.segment from unnest(r.segments || new.segments) as s (segment) order by 1)
     where r.organisation_id = new.organisation_id
       and r.id = new.supersedes_id
       and not r.segments @> new.segments;
  end if;
  return null;
end
$$;
comment on function authz.tg_medical_records__protect() is
  'Carries protected segments to the versions that a record supersedes. [N-01]';
alter function authz.tg_medical_records__protect() owner to cordon_definer;
revoke all on function authz.tg_medical_records__protect() from public;
