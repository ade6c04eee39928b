-- authz.tg_consent_purpose_versions__number: the next number of the purpose, and a moment that is not over: nobody is bound from yesterday on.
-- The purpose's row is the lock: who consents at this moment holds it too (authz.tg_consents__version).
create or replace function authz.tg_consent_purpose_versions__number()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  update public.consent_purposes as p
     set version = p.version + 1
   where p.purpose = new.purpose
  returning p.version into new.version;
  new.takes_effect_at := greatest(
    new.takes_effect_at,
    clock_timestamp(),
    (select max(v.takes_effect_at) from public.consent_purpose_versions as v where v.purpose = new.purpose)
  );
  return new;
end
$$;
comment on function authz.tg_consent_purpose_versions__number() is
  'Stamps version, and takes_effect_at no earlier than now and than the version before; CD007 above READ COMMITTED. [N-48]';
alter function authz.tg_consent_purpose_versions__number() owner to cordon_definer;
revoke all on function authz.tg_consent_purpose_versions__number() from public;
