-- authz.digest: SHA-256 of a text in UTF-8, as anybody recomputes it: sha256sum of the bytes.
create or replace function authz.digest(value text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return encode(sha256(convert_to(value, 'UTF8')), 'hex');
end
$$;
comment on function authz.digest(text) is 'SHA-256 of the text in UTF-8, 64 hexadecimal digits in small letters. [S-31]';
revoke all on function authz.digest(text) from public;
grant execute on function authz.digest(text) to cordon_definer, cordon_insights;
