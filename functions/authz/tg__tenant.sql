-- authz.tg__tenant: a row never changes its tenant (S-03), and who bypasses row-level security must say which
-- tenant is meant (S-05). Invoker, with built-ins only: row_security_active() must be asked for the caller.
create or replace function authz.tg__tenant()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and new.organisation_id is distinct from old.organisation_id then
    raise exception 'a row of % never changes its organisation', tg_argv[0]
      using errcode = 'CD003', hint = 'Create a new row in the other organisation.';
  end if;
  if not row_security_active(tg_relid)
    and lower(nullif(current_setting('app.pinned_organisation_id', true), '')) is distinct from new.organisation_id::text
  then
    raise exception 'a write to % that bypasses row-level security is not pinned to the organisation of the row', tg_argv[0]
      using errcode = 'CD004',
        hint = 'select set_config(''app.pinned_organisation_id'', <organisation id>, true) in the same transaction.';
  end if;
  return new;
end
$$;
comment on function authz.tg__tenant() is
  'Keeps organisation_id unchanged and demands a pin of roles that bypass RLS. Argument: the table''s name. [S-03, S-05]';
revoke all on function authz.tg__tenant() from public;
