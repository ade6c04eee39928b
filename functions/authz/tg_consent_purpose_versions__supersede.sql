-- authz.tg_consent_purpose_versions__supersede: a material change reaches every consent to an earlier text, at every organisation, in its own
-- transaction: what they gate carries the moment at which they end, so that nobody has to sweep (LGPD art. 8 par. 6).
create or replace function authz.tg_consent_purpose_versions__supersede()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.is_material then
    -- In the order of lock_chart: who writes a chart at this moment waits, or is waited for, and never each for the other.
    perform
    from public.consents as c
    where c.purpose = new.purpose
      and c.status in ('proposed', 'active')
    order by c.organisation_id, c.patient_id, c.created_at desc, c.id desc
    for no key update;
    update public.consents as c
       set superseded_at = null -- computed by the row's own trigger, the one place that does
     where c.purpose = new.purpose
       and c.status in ('proposed', 'active');
  end if;
  return null;
end
$$;
comment on function authz.tg_consent_purpose_versions__supersede() is
  'Has superseded_at of consents to the purpose computed again after a material change. [N-45, N-48]';
alter function authz.tg_consent_purpose_versions__supersede() owner to cordon_definer;
revoke all on function authz.tg_consent_purpose_versions__supersede() from public;
