-- migrate:up
-- Why: whether a patient is in care was looked up in a list from its beginning, for every row: a page of a doctor's charts grew with the square of the patients they treat
-- Access: +1 grant, 10 changed, 1 definer function
--   ~ authz.patients_in_care is written, and runs with the rights of its owner
--   + authenticated may execute function authz.patients_in_care(text, integer[])
--   ~ policy provider_select_rows on public.documents
--   ~ policy provider_select_rows on public.medical_record_details
--   ~ policy provider_insert_rows on public.medical_record_details
--   ~ policy provider_update_rows on public.medical_record_details
--   ~ policy provider_select_rows on public.medical_records
--   ~ policy provider_insert_rows on public.medical_records
--   ~ policy provider_update_rows on public.medical_records
--   ~ policy provider_select_rows on public.patient_clinical
--   ~ policy provider_insert_rows on public.patient_clinical
--   ~ policy provider_update_rows on public.patient_clinical
--   widens: assistant, doctor and nurse can read public.patient_clinical in other rows: no longer only where authz.now() < treatment_consent_until or (organisation_id || id) = any (authz.emergency_patients()); now only where authz.now() < treatment_consent_until or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, id]) is not null
--   widens: clinic staff can now call authz.patients_in_care(text, integer[]), which acts with the rights of cordon_definer
--   widens: doctor and nurse can add to public.medical_records in other rows: no longer only where (organisation_id || patient_id) = any (authz.treated_patients(null)) or (organisation_id || patient_id) = any (authz.emergency_patients()); now only where (authz.patients_in_care('treating', null) #>> ARRAY[organisation_id, patient_id]) is not null or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, patient_id]) is not null
--   widens: doctor and nurse can add to public.patient_clinical in other rows: no longer only where authz.now() < treatment_consent_until or (organisation_id || id) = any (authz.emergency_patients()); now only where authz.now() < treatment_consent_until or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, id]) is not null
--   widens: doctor and nurse can change public.medical_records in other rows: no longer only where (organisation_id || patient_id) = any (authz.treated_patients(null)) or (organisation_id || patient_id) = any (authz.emergency_patients()); now only where (authz.patients_in_care('treating', null) #>> ARRAY[organisation_id, patient_id]) is not null or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, patient_id]) is not null
--   widens: doctor and nurse can change public.patient_clinical in other rows: no longer only where authz.now() < treatment_consent_until or (organisation_id || id) = any (authz.emergency_patients()); now only where authz.now() < treatment_consent_until or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, id]) is not null
--   widens: doctor and nurse can read public.documents in other rows: no longer only where (is_financial and (the row is of the caller's current organisation and (the capability finance is held and (the purpose is data_view or the purpose is billing)))) or ((((organisation_id || patient_id) = any (authz.treated_patients(null)) and authz.now() < treatment_consent_until) or (organisation_id || patient_id) = any (authz.emergency_patients())) and (the row is of the caller's current organisation and (the purpose is data_view or the purpose is treatment))); now only where (is_financial and (the row is of the caller's current organisation and (the capability finance is held and (the purpose is data_view or the purpose is billing)))) or ((((authz.patients_in_care('treating', null) #>> ARRAY[organisation_id, patient_id]) is not null and authz.now() < treatment_consent_until) or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, patient_id]) is not null) and (the row is of the caller's current organisation and (the purpose is data_view or the purpose is treatment)))
--   widens: doctor and nurse can read public.medical_records in other rows: no longer only where ((organisation_id || patient_id) = any (authz.treated_patients('{}')) and authz.now() < treatment_consent_until) or (organisation_id || patient_id) = any (authz.emergency_patients()); now only where ((authz.patients_in_care('treating', '{}') #>> ARRAY[organisation_id, patient_id]) is not null and authz.now() < treatment_consent_until) or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, patient_id]) is not null
--   widens: doctor can add to public.medical_record_details in other rows: no longer only where (organisation_id || patient_id) = any (authz.treated_patients(null)) or (organisation_id || patient_id) = any (authz.emergency_patients()); now only where (authz.patients_in_care('treating', null) #>> ARRAY[organisation_id, patient_id]) is not null or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, patient_id]) is not null
--   widens: doctor can change public.medical_record_details in other rows: no longer only where (organisation_id || patient_id) = any (authz.treated_patients(null)) or (organisation_id || patient_id) = any (authz.emergency_patients()); now only where (authz.patients_in_care('treating', null) #>> ARRAY[organisation_id, patient_id]) is not null or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, patient_id]) is not null
--   widens: doctor can read public.medical_record_details in other rows: no longer only where ((organisation_id || patient_id) = any (authz.treated_patients('{}')) and authz.now() < treatment_consent_until) or (organisation_id || patient_id) = any (authz.emergency_patients()); now only where ((authz.patients_in_care('treating', '{}') #>> ARRAY[organisation_id, patient_id]) is not null and authz.now() < treatment_consent_until) or (authz.patients_in_care('emergency', null) #>> ARRAY[organisation_id, patient_id]) is not null
-- Locks: 4 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.documents
--   ACCESS EXCLUSIVE public.medical_record_details
--   ACCESS EXCLUSIVE public.medical_records
--   ACCESS EXCLUSIVE public.patient_clinical

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.patients_in_care: the caller's patients, below the organisation where they are theirs: a policy asks for organisation and patient at once. Each
-- way is asked for by itself, and only where a row takes it: broken glass, of what the usual conditions do not open. The hours ride along with treating: a
-- call of their own would verify the token once more. A map and no array: it is asked of every row, and an array is read from its beginning each time.
create or replace function authz.patients_in_care(way text, required_hours integer[])
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_ids uuid[];
begin
  if v_caller.member_of is null
    or (required_hours is not null and not authz.is_within_hours(v_caller.member_of, required_hours, authz.now()))
  then
    return '{}';
  end if;
  v_ids := case way
    when 'treating' then authz.treated_by(v_caller.member_of, v_caller.user_id, authz.now())
    when 'emergency' then authz.emergency_of(v_caller.member_of, v_caller.user_id, authz.now())
  end;
  -- By functions alone: a query would cost more than what it makes.
  return jsonb_build_object(v_caller.member_of, jsonb_object(v_ids::text[], array_fill(way, array[cardinality(v_ids)])));
end
$$;
comment on function authz.patients_in_care(text, integer[]) is
  '{organisation: {patient: way}} of whom the caller treats now in the current organisation (treating), or holds a live emergency grant for (emergency), within the hours (NULL: any, empty: business); {} otherwise. [N-18, N-21, N-28]';
alter function authz.patients_in_care(text, integer[]) owner to cordon_definer;
revoke all on function authz.patients_in_care(text, integer[]) from public;
grant execute on function authz.patients_in_care(text, integer[]) to authenticated;

revoke create on schema authz from cordon_definer;

alter policy provider_select_rows on public.documents
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            is_financial = true
            and organisation_id = (select authz.organisation_within('{}', '{finance}', null, false, '{data_view,billing}'))
          )
          or (
            (
              (
                (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
                and treatment_consent_until > (select authz.now())
              )
              or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
            )
            and organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, false, '{data_view,treatment}'))
          )
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'documents', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
  );

alter policy provider_select_rows on public.medical_record_details
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            (select authz.patients_in_care('treating', '{}')) #>> array[organisation_id::text, patient_id::text] is not null
            and treatment_consent_until > (select authz.now())
          )
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_record_details', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy provider_insert_rows on public.medical_record_details
  to authenticated
  with check (
    patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
  );

alter policy provider_update_rows on public.medical_record_details
  to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
  );

alter policy provider_select_rows on public.medical_records
  to authenticated
  using (
    case
      when
        (archived_at is null or archived_at = now())
        and patient_status = 'active'
        and (
          (
            (select authz.patients_in_care('treating', '{}')) #>> array[organisation_id::text, patient_id::text] is not null
            and treatment_consent_until > (select authz.now())
          )
          or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
        )
        and (
          is_segmented = false
          or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
        )
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'medical_records', 'SELECT')), organisation_id, id, patient_id)
      else false
    end
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy provider_insert_rows on public.medical_records
  to authenticated
  with check (
    patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );

alter policy provider_update_rows on public.medical_records
  to authenticated
  using (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    archived_at is null
    and patient_status = 'active'
    and (
      (select authz.patients_in_care('treating', null)) #>> array[organisation_id::text, patient_id::text] is not null
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, patient_id::text] is not null
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );

alter policy provider_select_rows on public.patient_clinical
  to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  );

alter policy provider_insert_rows on public.patient_clinical
  to authenticated
  with check (
    patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  );

alter policy provider_update_rows on public.patient_clinical
  to authenticated
  using (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  )
  with check (
    (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      treatment_consent_until > (select authz.now())
      or (select authz.patients_in_care('emergency', null)) #>> array[organisation_id::text, id::text] is not null
    )
  );

drop function authz.emergency_patients();
drop function authz.treated_patients(integer[]);

-- migrate:down
