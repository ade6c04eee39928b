-- public.rely_on_legal_basis: care that the law allows without consent (LGPD art. 11 II), where the organisation has said that it relies on it:
-- by the privacy officer, for one patient and purpose, with why. It opens what a consent opens, and is reported apart from consents.
create or replace function public.rely_on_legal_basis(patient_id uuid, purpose text, legal_basis text, justification text)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{privacy_officer}');
  v_justification constant text := authz.trimmed(justification);
  v_consent_id uuid;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'a legal basis is not yours to record'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  if coalesce(length(v_justification), 0) not between 20 and 2000 then
    raise exception 'another legal basis than consent takes a justification'
      using errcode = 'CD020', hint = 'Say why the law allows it, in 20 to 2000 characters.';
  end if;
  if rely_on_legal_basis.legal_basis = 'consent' or not exists (
    select
    from public.organisation_settings as s
    where s.organisation_id = v_organisation_id
      and rely_on_legal_basis.legal_basis = any (s.legal_bases)
  ) then
    raise exception 'the organisation does not rely on this legal basis'
      using errcode = 'CD020', hint = 'A clinic_admin lists it in organisation_settings.legal_bases; consent itself is the patient''s to give.';
  end if;
  perform authz.lock_patient(v_organisation_id, rely_on_legal_basis.patient_id);
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = rely_on_legal_basis.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if not exists (select from public.consent_purposes as p where p.purpose = rely_on_legal_basis.purpose and p.archived_at is null) then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;
  -- What the law gives the purpose, and whether the patient has objected, is asked of whoever writes: authz.tg_consents__version.
  insert into public.consents as c (organisation_id, patient_id, purpose, status, legal_basis, justification)
  values (
    v_organisation_id, rely_on_legal_basis.patient_id, rely_on_legal_basis.purpose, 'active', rely_on_legal_basis.legal_basis, v_justification
  )
  on conflict do nothing
  returning c.id into v_consent_id;
  if v_consent_id is null then
    raise exception 'the purpose is open already'
      using errcode = 'CD013', hint = 'A consent, or a legal basis, is in force for this patient and purpose.';
  end if;
  return v_consent_id;
end
$$;
comment on function public.rely_on_legal_basis(uuid, text, text, text) is
  'Records that an organisation relies on another legal basis than consent for one patient and purpose; returns the row''s id in consents. 42501 for who is no privacy officer, CD006 for an unknown purpose, CD010 for no such patient, CD013 where the purpose is open already, CD016 for a number in the text, CD020 without justification, for a basis that the organisation has not listed or the law does not give the purpose, or to which an objection of the patient waits or was upheld. [N-45, N-49]';
alter function public.rely_on_legal_basis(uuid, text, text, text) owner to cordon_definer;
revoke all on function public.rely_on_legal_basis(uuid, text, text, text) from public;
grant execute on function public.rely_on_legal_basis(uuid, text, text, text) to authenticated;
