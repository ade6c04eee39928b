-- authz.tg_subject_requests__objection: an objection and a basis take turns, so that what is being filed is seen by whoever records one: by the patient,
-- whom both lock. One that is upheld ends what it bars from then on (authz.tg_consents__version), at once: said and not done it would bind nobody.
-- After the row, so that the policy has spoken first.
create or replace function authz.tg_subject_requests__objection()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(new.organisation_id, new.patient_id);
  -- And what may be coming into force at this moment, which holds its own row alone: whoever is first is seen by the other. Not what is in force: who ends
  -- several takes them in an order of their own.
  perform
  from public.consents as c
  where c.organisation_id = new.organisation_id
    and c.patient_id = new.patient_id
    and c.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
    and c.purpose <> 'treatment'
    and (c.status = 'proposed' or (c.status = 'active' and c.archived_at is not null))
  order by c.created_at desc, c.id desc
  for no key update;
  if new.status = 'completed' then
    update public.consents as c
       set status = 'withdrawn',
           withdrawal_reason = 'The patient objected, and it was upheld.'
     where c.organisation_id = new.organisation_id
       and c.patient_id = new.patient_id
       and c.legal_basis not in ('consent', 'vital_interest', 'legal_obligation')
       and c.purpose <> 'treatment'
       and c.status = 'active'
       and c.archived_at is null;
  end if;
  return null;
end
$$;
comment on function authz.tg_subject_requests__objection() is
  'Serialises objections and other bases than consent, and ends the bases that an upheld one bars. [N-45, N-49]';
alter function authz.tg_subject_requests__objection() owner to cordon_definer;
revoke all on function authz.tg_subject_requests__objection() from public;
