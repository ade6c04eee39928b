-- authz.tg_admissions__bed: the bed follows the stay (S-17): taken, it is occupied; left, it is cleaned. Nobody is archived who lies in one.
create or replace function authz.tg_admissions__bed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_left uuid;
  v_taken uuid;
begin
  -- Archived is for good, and hides the stay from whoever could end it: the bed would stay occupied. Here, where both who archives a patient and who
  -- admits one meanwhile come by with the patient's row locked. The server and the owner repair what they do.
  if new.status = 'admitted' and new.archived_at is null and new.patient_status = 'archived' and not authz.is_system() then
    raise exception 'a patient who lies in a bed is not archived'
      using errcode = 'CD015', hint = 'Discharge the patient first.';
  end if;
  if tg_op = 'UPDATE' and old.status = 'admitted' and old.archived_at is null then
    v_left := old.bed_id;
  end if;
  if new.status = 'admitted' and new.archived_at is null then
    v_taken := new.bed_id;
  end if;
  if v_left is not distinct from v_taken then
    return null;
  end if;
  if v_left is not null and v_taken is not null then
    -- In the order of ids: two moves across each other wait, instead of each for the other.
    perform
    from public.beds as b
    where b.organisation_id = new.organisation_id
      and b.id in (v_left, v_taken)
    order by b.id
    for no key update;
  end if;
  if v_left is not null then
    update public.beds as b set status = 'cleaning'
     where b.organisation_id = new.organisation_id and b.id = v_left;
  end if;
  if v_taken is null then
    return null;
  end if;
  update public.beds as b set status = 'occupied'
   where b.organisation_id = new.organisation_id and b.id = v_taken and b.archived_at is null;
  if not found then
    raise exception 'bed not found'
      using errcode = 'CD010', hint = 'Name a bed of the current organisation that is in use.';
  end if;
  return null;
end
$$;
comment on function authz.tg_admissions__bed() is
  'Keeps beds.status in step with active admissions; CD015 for whoever archives a patient who has one. [S-17]';
alter function authz.tg_admissions__bed() owner to cordon_definer;
revoke all on function authz.tg_admissions__bed() from public;
