-- authz.trimmed: what somebody typed, without the blanks around it that look like nothing: a reason of spaces is no reason. Controls, tags and what
-- chooses between the shapes of a sign stay where they belong to one, as at the end of a name; a text of nothing else is empty.
create or replace function authz.trimmed(value text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Held to the start, it looks at each sign once: a long run of blanks in the middle is not begun anew.
  if value ~ E'^[\u0001- \u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164'
    '\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*$'
  then
    return '';
  end if;
  return btrim(
    value,
    E' \t\n\r\f\u000b\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
    '\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f'
    '\u2800\u3000\u3164\ufeff\uffa0'
  );
end
$$;
comment on function authz.trimmed(text) is
  'The text without blanks at its ends, those of other scripts and those without width included; empty where nobody would see anything of it. [N-18, S-31]';
revoke all on function authz.trimmed(text) from public;
grant execute on function authz.trimmed(text) to cordon_definer;
