-- authz.tg_consent_purposes__narrowed: where the law does not open a purpose on a basis, or no longer, nothing goes on under it: what is in force
-- ends, what was proposed is rejected, at every organisation. What the patients consented to stays. After every change of a purpose but the count of
-- its versions, so that a migration that finds some left needs only to touch it.
create or replace function authz.tg_consent_purposes__narrowed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- In the order of lock_chart: who writes a chart at this moment waits, or is waited for, and never each for the other.
  perform
  from public.consents as c
  where c.purpose = new.purpose
    and c.legal_basis <> all (new.allowed_bases)
    and c.status in ('proposed', 'active')
    and c.archived_at is null
  order by c.organisation_id, c.patient_id, c.created_at desc, c.id desc
  for no key update;
  update public.consents as c
     set status = case when c.status = 'active' then 'withdrawn' else 'rejected' end,
         withdrawal_reason = case when c.status = 'active' then 'The law does not open this purpose on this basis.' end
   where c.purpose = new.purpose
     and c.legal_basis <> all (new.allowed_bases)
     and c.status in ('proposed', 'active')
     and c.archived_at is null;
  return null;
end
$$;
comment on function authz.tg_consent_purposes__narrowed() is
  'Ends what goes on under a basis that the law does not give the purpose. [N-45, N-48]';
alter function authz.tg_consent_purposes__narrowed() owner to cordon_definer;
revoke all on function authz.tg_consent_purposes__narrowed() from public;
