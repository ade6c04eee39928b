-- public.bent_tombstones: governance.bent_tombstones for whoever examines a clinic, of its own, or operations' auditor, of all.
create or replace function public.bent_tombstones()
  returns table (organisation_id uuid, cause text, cause_id uuid, problem text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.proof_scope();
begin
  return query
  select b.of_organisation, b.cause, b.cause_id, b.problem
  from governance.bent_tombstones(v_tenant) as b;
end
$$;
comment on function public.bent_tombstones() is
  'Erasures and runs of retention whose tombstones are not those that they left {organisation_id, cause, cause_id, problem}: none, where nobody bent them. A clinic''s auditor or privacy officer asks of its own. 42501 for who is none of them, of operations or the server. [N-49, S-20]';
alter function public.bent_tombstones() owner to cordon_definer;
revoke all on function public.bent_tombstones() from public;
grant execute on function public.bent_tombstones() to authenticated, internal_ops, service_role;
