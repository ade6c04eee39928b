-- authz.tg__patient_status: what is known of a patient is hidden with the patient (N-27). The status stands on the row
-- itself, because a policy may not join; nobody else writes it. It locks nothing: a wait for a stranger's patient would tell of
-- them before the policy has spoken; authz.tg__patient_status_kept locks after it. Argument: the column that names the patient.
create or replace function authz.tg__patient_status()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Whoever changes the patient writes NULL here: a row that says what it said is as the last of them left it.
  if tg_op = 'UPDATE' and new.patient_status is not distinct from old.patient_status then
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  -- A patient that does not exist counts as archived: the foreign key refuses it for who gets past the policy.
  new.patient_status := coalesce(
    (
      select case when p.archived_at is null then p.status else 'archived' end
      from public.patients as p
      where p.organisation_id = new.organisation_id
        and p.id = v_patient_id
    ),
    'archived'
  );
  return new;
end
$$;
comment on function authz.tg__patient_status() is
  'Recomputes patient_status wherever it is written: a value sent by anyone is ignored. [N-27]';
alter function authz.tg__patient_status() owner to cordon_definer;
revoke all on function authz.tg__patient_status() from public;
