-- authz.tg_patient_accounts__security: a portal account opens a chart: who proposed it, when it was opened, when it ended (N-37).
create or replace function authz.tg_patient_accounts__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_about constant jsonb := jsonb_build_object(
    'user_id', new.user_id, 'patient_id', new.patient_id, 'relationship', new.relationship
  );
  -- A guardian acts until the birthday where nobody has said otherwise; who acts for themselves, or by proxy, without end.
  v_birthday constant timestamptz := case
    when new.relationship = 'guardian' then authz.guardianship_ends_at(new.organisation_id, new.patient_id)
  end;
  v_new_end constant timestamptz := coalesce(new.ends_at, v_birthday, 'infinity');
  v_old_end timestamptz;
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, case when new.confirmed_at is null then 'patient_account.proposed' else 'patient_account.opened' end, new.id, v_about
    );
    return null;
  end if;
  v_old_end := coalesce(old.ends_at, v_birthday, 'infinity');
  -- Whoever brings back what was archived opens it as well, and so does who makes it last longer.
  if (new.confirmed_at is not null and new.revoked_at is null and new.archived_at is null)
    and (
      old.confirmed_at is null or old.archived_at is not null
      or v_new_end > v_old_end
    )
  then
    perform authz.record_security_event(new.organisation_id, 'patient_account.opened', new.id, v_about);
  end if;
  -- An end that is set to now revokes, and nobody takes it back (CD013).
  if old.revoked_at is null and old.archived_at is null and (
    new.revoked_at is not null or new.archived_at is not null or (v_old_end > clock_timestamp() and v_new_end <= clock_timestamp())
  ) then
    perform authz.record_security_event(new.organisation_id, 'patient_account.revoked', new.id, v_about);
  end if;
  return null;
end
$$;
comment on function authz.tg_patient_accounts__security() is
  'Records portal accounts proposed, opened and revoked. [N-15, N-37]';
alter function authz.tg_patient_accounts__security() owner to cordon_definer;
revoke all on function authz.tg_patient_accounts__security() from public;
