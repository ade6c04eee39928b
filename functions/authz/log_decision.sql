-- authz.log_decision: log_organisation for scalars of other kinds: of patients, operations, and tables without a tenant. NULL, false and
-- an empty array deny.
create or replace function authz.log_decision(decision anyelement, realm text, table_name text, operation text, level text)
  returns anyelement
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
  v_membership authz.membership;
  v_position pg_lsn;
begin
  if decision is null or decision::text in ('{}', 'false') then
    perform authz.emit_denial(realm, table_name, operation, level);
    return decision;
  end if;
  if level <> 'basic' then
    if pg_is_in_recovery() then
      return null;
    end if;
    v_caller := authz.caller();
    v_membership.user_id := v_caller.user_id;
    v_membership.session_id := v_caller.session_id;
    if realm = 'internal_ops' then
      v_membership.role := (select m.role from public.ops_members as m where m.user_id = v_caller.user_id and m.is_active and m.archived_at is null);
    end if;
    v_position := authz.emit_access(realm, v_membership, table_name, operation, level, 'allowed', null, null, null);
  end if;
  return decision;
end
$$;
comment on function authz.log_decision(anyelement, text, text, text, text) is
  'The decision, after a record of it: of denials (basic), or of each (detailed, comprehensive). NULL on a standby, where more than denials are to be recorded. [N-29, N-35, N-47]';
alter function authz.log_decision(anyelement, text, text, text, text) owner to cordon_definer;
revoke all on function authz.log_decision(anyelement, text, text, text, text) from public;
grant execute on function authz.log_decision(anyelement, text, text, text, text) to authenticated, internal_ops, patient;
