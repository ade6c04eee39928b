-- authz.tg_consent_purposes__first_version: a purpose has a text from its first moment, so that no consent is to nothing.
create or replace function authz.tg_consent_purposes__first_version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.consent_purpose_versions (purpose, description)
  values (new.purpose, new.description);
  return null;
end
$$;
comment on function authz.tg_consent_purposes__first_version() is
  'Writes version 1 of a new purpose, with its description. [N-48]';
alter function authz.tg_consent_purposes__first_version() owner to cordon_definer;
revoke all on function authz.tg_consent_purposes__first_version() from public;
