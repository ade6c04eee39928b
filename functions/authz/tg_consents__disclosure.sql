-- authz.tg_consents__disclosure: chart, health at a glance and files open to operations with the patient's consent to the handoff, or with another legal
-- basis for it, and that may come after the case did: then the handoff told of none, and this does, once for each case that they hold. The cases are
-- locked: who hands one over at this moment comes before, and is seen, or after, and sees the consent.
create or replace function authz.tg_consents__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if old.status = 'active' and old.archived_at is null then
      return null;
    end if;
  end if;
  perform
  from public.cases as c
  where c.organisation_id = new.organisation_id
    and c.patient_id = new.patient_id
  order by c.id
  for share;
  -- Of what is over already, or ended by a later text, operations see nothing; and one that takes the place of another in force shows them nothing new.
  if authz.is_handed_over('consenting_patient', new.organisation_id, new.patient_id) and not exists (
    select
    from public.consents as c
    where c.organisation_id = new.organisation_id
      and c.patient_id = new.patient_id
      and c.purpose = new.purpose
      and c.id <> new.id
      and c.archived_at is null
      and (c.status = 'active' or (c.status = 'expired' and c.last_status_change_at >= new.given_at))
      and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
  ) then
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff', '{patient_clinical,documents,medical_records}',
      'public.cases', h.id
    )
    from authz.handed_over_cases as h
    where h.organisation_id = new.organisation_id
      and h.patient_id = new.patient_id
    order by h.id;
  end if;
  return null;
end
$$;
comment on function authz.tg_consents__disclosure() is
  'Writes a disclosure of chart, health at a glance and files to operations where the consent to the handoff comes after the case. [N-37, N-45]';
alter function authz.tg_consents__disclosure() owner to cordon_definer;
revoke all on function authz.tg_consents__disclosure() from public;
