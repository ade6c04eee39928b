-- authz.tg_admissions__activity: one row per change of a stay that is one (S-18).
create or replace function authz.tg_admissions__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- A disposition that is corrected is told as the discharge is: beside the first, which stays.
  if tg_op = 'INSERT' or (new.status, new.disposition) is distinct from (old.status, old.disposition) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.' || new.status,
      case new.status
        when 'admitted' then jsonb_build_object('bed_id', new.bed_id)
        when 'discharged' then jsonb_build_object('bed_id', new.bed_id, 'disposition', new.disposition)
        else '{}'
      end, new.updated_by_user_id
    );
  elsif new.bed_id is distinct from old.bed_id then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.moved', jsonb_build_object('from', old.bed_id, 'to', new.bed_id), new.updated_by_user_id
    );
  end if;
  if tg_op = 'UPDATE' and (new.archived_at is null) <> (old.archived_at is null) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, case when new.archived_at is null then 'admission.restored' else 'admission.archived' end,
      jsonb_build_object('status', new.status, 'bed_id', new.bed_id), new.updated_by_user_id
    );
  end if;
  -- Both cases tell of it: in the timeline of the one that it left, which may go to an insurer by itself, the patient would lie there still.
  if tg_op = 'UPDATE' and new.case_id is distinct from old.case_id then
    perform authz.record_activity(
      new.organisation_id, c.case_id, new.id, 'admission.case_changed', jsonb_build_object('from', old.case_id, 'to', new.case_id), new.updated_by_user_id
    )
    from unnest(array[old.case_id, new.case_id]) as c (case_id)
    where c.case_id is not null;
  end if;
  return null;
end
$$;
comment on function authz.tg_admissions__activity() is
  'Records planning, admission, moves, discharge and its correction, cancellation, archiving, its undoing, and in both the case of a stay. [S-18]';
alter function authz.tg_admissions__activity() owner to cordon_definer;
revoke all on function authz.tg_admissions__activity() from public;
