-- audit.is_of_organisation: whether a sealed row is one of an organisation's. Of a table without organisations none is, nor is one that is gone.
create or replace function audit.is_of_organisation(table_name text, record_key text[], organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_theirs boolean;
begin
  if not exists (
    select
    from pg_attribute as a
    where a.attrelid = is_of_organisation.table_name::regclass
      and a.attname = 'organisation_id'
      and not a.attisdropped
  ) then
    return false;
  end if;
  execute format(
    'select exists (select from (select $1::text as record_key) as l join %s as t on %s where t.organisation_id = $2)',
    is_of_organisation.table_name::regclass, audit.key_condition(is_of_organisation.table_name)
  )
    into v_is_theirs
    using is_of_organisation.record_key::text, is_of_organisation.organisation_id;
  return v_is_theirs;
end
$$;
comment on function audit.is_of_organisation(text, text[], uuid) is
  'Whether the row of that key in a sealed table is there and is the organisation''s. The key is that of a leaf. [S-02, S-20]';
revoke all on function audit.is_of_organisation(text, text[], uuid) from public;
grant execute on function audit.is_of_organisation(text, text[], uuid) to cordon_definer;
