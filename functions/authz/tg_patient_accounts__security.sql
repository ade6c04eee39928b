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
begin
  if tg_op = 'INSERT' then
    perform authz.record_security_event(
      new.organisation_id, case when new.confirmed_at is null then 'patient_account.proposed' else 'patient_account.opened' end, new.id, v_about
    );
    return null;
  end if;
  -- Whoever brings back what was archived opens it as well, and so does who makes it last longer.
  if (new.confirmed_at is not null and new.revoked_at is null and new.archived_at is null)
    and (
      old.confirmed_at is null or old.archived_at is not null
      or (
        new.ends_at is distinct from old.ends_at
        and coalesce(new.ends_at, authz.guardianship_ends_at(new.organisation_id, new.patient_id), 'infinity')
          > coalesce(old.ends_at, authz.guardianship_ends_at(new.organisation_id, new.patient_id), 'infinity')
      )
    )
  then
    perform authz.record_security_event(new.organisation_id, 'patient_account.opened', new.id, v_about);
  end if;
  if old.revoked_at is null and old.archived_at is null and (new.revoked_at is not null or new.archived_at is not null) then
    perform authz.record_security_event(new.organisation_id, 'patient_account.revoked', new.id, v_about);
  end if;
  return null;
end
$$;
comment on function authz.tg_patient_accounts__security() is
  'Records portal accounts proposed, opened and revoked. [N-15, N-37]';
alter function authz.tg_patient_accounts__security() owner to cordon_definer;
revoke all on function authz.tg_patient_accounts__security() from public;
