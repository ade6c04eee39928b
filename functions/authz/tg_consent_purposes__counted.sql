-- authz.tg_consent_purposes__counted: how many versions a purpose has is counted where one is written, by authz.tg_consent_purpose_versions__number, and
-- nowhere else. The server's key writes here whatever its pin: a number that no text has would keep every clinic from proposing a consent. And on which
-- bases the law opens a purpose is for a migration to say, which is reviewed: the server would open marketing at every clinic without asking anybody.
create or replace function authz.tg_consent_purposes__counted()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_user <> 'cordon_definer' then
    new.version := case when tg_op = 'INSERT' then 0 else old.version end;
  end if;
  -- Whose table it is, and nobody who has put a role off in mid-statement.
  if not pg_has_role(current_user, (select c.relowner from pg_class as c where c.oid = tg_relid), 'usage') then
    new.allowed_bases := case when tg_op = 'INSERT' then '{consent}' else old.allowed_bases end;
  end if;
  return new;
end
$$;
comment on function authz.tg_consent_purposes__counted() is
  'Keeps version what the versions of a purpose make it, and allowed_bases what migrations say; a value sent by anyone is ignored. [N-45, N-48]';
revoke all on function authz.tg_consent_purposes__counted() from public;
