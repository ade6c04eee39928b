-- authz.log_organisation: what a policy of staff opens, written down: it gives the organisation of the membership that it was given, so that an
-- audited policy opens exactly what the plain one does. The decision is taken by the argument, in the snapshot of the statement.
--
-- STABLE, though it writes to the WAL: no row of the database changes, PostgreSQL calls it once a statement all the same (InitPlan), and beside
-- a VOLATILE one a WITH query would be computed whole before anything of it is asked for. A standby cannot write down what it shows, and shows nothing.
create or replace function authz.log_organisation(membership authz.membership, table_name text, operation text, level text)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_position pg_lsn;
begin
  if membership.organisation_id is null then
    perform authz.emit_denial('provider', table_name, operation, level);
    return null;
  end if;
  if level <> 'basic' then
    if pg_is_in_recovery() then
      return null;
    end if;
    v_position := authz.emit_access('provider', membership, table_name, operation, level, 'allowed', null, null, null);
  end if;
  return membership.organisation_id;
end
$$;
comment on function authz.log_organisation(authz.membership, text, text, text) is
  'Organisation of the membership, after a record of the decision: of denials (basic), or of each (detailed, comprehensive). NULL on a standby, where more than denials are to be recorded. [N-29, N-35, N-47]';
alter function authz.log_organisation(authz.membership, text, text, text) owner to cordon_definer;
revoke all on function authz.log_organisation(authz.membership, text, text, text) from public;
grant execute on function authz.log_organisation(authz.membership, text, text, text) to authenticated;
