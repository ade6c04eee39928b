-- authz.trimmed: what somebody typed, without the blanks around it that look like nothing: a reason of spaces is no reason.
create or replace function authz.trimmed(value text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return btrim(value, E' \t\n\r\f\u000b\u00a0\u2007\u200b\u202f\u3000\ufeff');
end
$$;
comment on function authz.trimmed(text) is
  'The text without blanks at its ends, those of other scripts and those without width included. [N-18, S-31]';
revoke all on function authz.trimmed(text) from public;
grant execute on function authz.trimmed(text) to cordon_definer;
