-- audit.proof_scope: whose records the caller may have proven: every organisation's (NULL) for who may seal, else those of the clinic whose auditor or
-- privacy officer asks. What proofs and heads tell of others is how many records were sealed, and hashes.
create or replace function audit.proof_scope()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant uuid;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := coalesce(authz.organisation_for('{}', '{auditor}'), authz.organisation_for('{}', '{privacy_officer}'));
    if v_tenant is null then
      raise exception 'proofs are not yours to ask for'
        using errcode = 'insufficient_privilege',
          hint = 'It takes the auditor or privacy officer of the clinic, an admin or auditor of operations, or the server.';
    end if;
    return v_tenant;
  end if;
  perform audit.require_auditor();
  return null;
end
$$;
comment on function audit.proof_scope() is
  'Organisation of the auditor or privacy officer who asks; NULL for who may seal; 42501 for anybody else. [S-20]';
revoke all on function audit.proof_scope() from public;
grant execute on function audit.proof_scope() to cordon_definer;
