-- authz.tg_organisations__tenant: what authz.tg__tenant does, for the table whose key is the tenant itself.
create or replace function authz.tg_organisations__tenant()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and new.id is distinct from old.id then
    raise exception 'an organisation never changes its id'
      using errcode = 'CD003', hint = 'Create a new organisation.';
  end if;
  if not row_security_active(tg_relid)
    and lower(nullif(current_setting('app.pinned_organisation_id', true), '')) is distinct from new.id::text
  then
    raise exception 'a write to organisations that bypasses row-level security is not pinned to the organisation'
      using errcode = 'CD004',
        hint = 'select set_config(''app.pinned_organisation_id'', <organisation id>, true) in the same transaction.';
  end if;
  return new;
end
$$;
comment on function authz.tg_organisations__tenant() is
  'Keeps the id of an organisation unchanged and demands a pin of roles that bypass RLS. [S-03, S-05]';
revoke all on function authz.tg_organisations__tenant() from public;
