-- authz.is_object_path: organisation/patient/document/random, four ids as PostgreSQL writes them. Whatever else a name may be made of (dots,
-- blanks, other scripts, other cases, what a server would decode, more or fewer parts) is no such path.
create or replace function authz.is_object_path(name text)
  returns boolean
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){3}$'
    -- What makes the pattern's end match before a last line break in other engines; here it does not, and this says so.
    and length(name) = 147,
    false
  );
end
$$;
comment on function authz.is_object_path(text) is
  'Whether a name has the shape of a document''s path: four UUIDs in small letters, with slashes between. [S-07]';
revoke all on function authz.is_object_path(text) from public;
grant execute on function authz.is_object_path(text) to cordon_definer;
