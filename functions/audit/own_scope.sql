-- audit.own_scope: the clinic whose auditor or privacy officer asks, for what names rows by their keys: operations and the server are told of none by that,
-- as they read no rows of a clinic by it either. Whoever migrates exports the trail.
create or replace function audit.own_scope()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.proof_scope();
begin
  if v_tenant is null then
    raise exception 'lists are of the own clinic'
      using errcode = 'insufficient_privilege', hint = 'It takes the auditor or privacy officer of the clinic; whoever migrates exports the trail.';
  end if;
  return v_tenant;
end
$$;
comment on function audit.own_scope() is
  'Organisation of the auditor or privacy officer who asks; 42501 for anybody else, operations and the server too. [S-02, S-20]';
revoke all on function audit.own_scope() from public;
grant execute on function audit.own_scope() to cordon_definer;
