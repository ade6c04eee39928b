-- authz.verdict: the shape of neonpro's PolicyEvaluationResult, in one place.
create or replace function authz.verdict(
  allowed boolean, reason text, conditions jsonb, audit_required boolean, emergency_access boolean
)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return jsonb_build_object(
    'allowed', allowed, 'reason', reason, 'conditions', conditions,
    'auditRequired', audit_required, 'emergencyAccess', emergency_access
  );
end
$$;
comment on function authz.verdict(boolean, text, jsonb, boolean, boolean) is
  'Builds a PolicyEvaluationResult. [N-08]';
revoke all on function authz.verdict(boolean, text, jsonb, boolean, boolean) from public;
grant execute on function authz.verdict(boolean, text, jsonb, boolean, boolean) to cordon_definer;
