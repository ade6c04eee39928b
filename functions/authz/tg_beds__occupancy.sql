-- authz.tg_beds__occupancy: no bed begins occupied, and nobody occupies a bed by saying so (S-17). The admission does, and this trigger sees it.
create or replace function authz.tg_beds__occupancy()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status is not distinct from old.status then
    return new;
  end if;
  if (new.status = 'occupied') <> exists (
    select
    from public.admissions as a
    where a.organisation_id = new.organisation_id
      and a.bed_id = new.id
      and a.status = 'admitted'
      and a.archived_at is null
  ) then
    raise exception 'a bed is occupied exactly while a patient is admitted to it'
      using errcode = 'CD015', hint = 'Admit the patient to the bed, or discharge or move who lies there: the bed follows.';
  end if;
  return new;
end
$$;
comment on function authz.tg_beds__occupancy() is
  'Refuses with CD015 a status that contradicts the active admissions. [S-17]';
alter function authz.tg_beds__occupancy() owner to cordon_definer;
revoke all on function authz.tg_beds__occupancy() from public;
