-- authz.normal_address: the one spelling by which addresses are compared. Letters of ASCII are folded and no others: a folding of all scripts
-- makes a Kelvin sign a k, and with it two mailboxes one.
create or replace function authz.normal_address(address text)
  returns text
  language plpgsql
  stable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return lower(normalize(authz.trimmed(address), nfc) collate "C");
end
$$;
comment on function authz.normal_address(text) is
  'The address in composed form, without blanks around it, its ASCII letters small. [S-12]';
revoke all on function authz.normal_address(text) from public;
grant execute on function authz.normal_address(text) to cordon_definer;
