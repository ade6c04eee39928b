-- authz.tg__patient_status: what is known of a patient is hidden with the patient (N-27). The status stands on the row
-- itself, because a policy may not join; nobody else writes it. Argument: the column that names the patient.
create or replace function authz.tg__patient_status()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    -- Only an INSERT can be out of reach: what is updated has been seen. Waiting for a stranger's lock would tell of them.
    if authz.is_out_of_reach(new.organisation_id)
      or (current_setting('role') = 'patient' and not authz.is_own_patient(new.organisation_id, v_patient_id))
    then
      new.patient_status := 'archived';
      return new;
    end if;
    perform authz.lock_patient(new.organisation_id, v_patient_id);
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
  'Recomputes patient_status on every write: a value sent by anyone is ignored. [N-27]';
alter function authz.tg__patient_status() owner to cordon_definer;
revoke all on function authz.tg__patient_status() from public;
