-- authz.tg_beds__occupancy: no bed begins occupied, and nobody occupies a bed by saying so (S-17). The admission does, and this trigger sees it.
-- Nor is one archived under whoever lies in it.
create or replace function authz.tg_beds__occupancy()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_archived constant boolean := new.archived_at is not null and old.archived_at is null;
  v_is_taken boolean;
begin
  if new.status is not distinct from old.status and not v_is_archived then
    return new;
  end if;
  v_is_taken := exists (
    select
    from public.admissions as a
    where a.organisation_id = new.organisation_id
      and a.bed_id = new.id
      and a.status = 'admitted'
      and a.archived_at is null
  );
  if v_is_taken and v_is_archived then
    raise exception 'a bed in which a patient lies is not archived'
      using errcode = 'CD015', hint = 'Discharge or move the patient first.';
  end if;
  if (new.status = 'occupied') <> v_is_taken then
    raise exception 'a bed is occupied exactly while a patient is admitted to it'
      using errcode = 'CD015', hint = 'Admit the patient to the bed, or discharge or move who lies there: the bed follows.';
  end if;
  return new;
end
$$;
comment on function authz.tg_beds__occupancy() is
  'Refuses with CD015 a status that contradicts the active admissions, and the archiving of a bed with one. [S-17]';
alter function authz.tg_beds__occupancy() owner to cordon_definer;
revoke all on function authz.tg_beds__occupancy() from public;
