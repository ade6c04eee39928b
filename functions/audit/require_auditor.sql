-- audit.require_auditor: who may seal: admins and auditors of operations, the server, and whoever migrates. Never staff or patients; whose rows a clinic's auditor has proven, audit.proof_scope tells.
create or replace function audit.require_auditor()
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.acting_realm() = 'system' or (authz.acting_realm() = 'internal_ops' and authz.is_operator('{admin,auditor}')) then
    return;
  end if;
  raise exception 'seals are not yours'
    using errcode = 'insufficient_privilege', hint = 'It takes an admin or auditor of operations, or the server.';
end
$$;
comment on function audit.require_auditor() is
  'Refuses with 42501 whoever is neither an admin or auditor of operations nor the server. [S-20]';
revoke all on function audit.require_auditor() from public;
grant execute on function audit.require_auditor() to cordon_definer;
