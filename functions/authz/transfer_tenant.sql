-- authz.transfer_tenant: where a transfer stands that the caller may steer: staff in their current organisation, operations wherever
-- it is. Ids are unique within a tenant only, so that operations must name the organisation where two carry the same one.
create or replace function authz.transfer_tenant(transfer_id uuid, organisation_id uuid)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant uuid;
  v_is_operations constant boolean := authz.acting_realm() = 'internal_ops' and authz.is_operator('{ops_agent}');
begin
  if not v_is_operations then
    v_tenant := authz.organisation_for('{clinic_admin,doctor,nurse}', '{}');
    if v_tenant is null then
      raise exception 'transfers are not yours to steer'
        using errcode = 'insufficient_privilege',
          hint = 'It takes a clinic_admin, a doctor or a nurse of the clinic, or an agent of operations.';
    end if;
    if transfer_tenant.organisation_id <> v_tenant then
      v_tenant := null;
    end if;
  end if;
  begin
    select t.organisation_id
      into strict v_tenant
      from public.transfers as t
     where t.id = transfer_tenant.transfer_id
       and t.organisation_id = case when v_is_operations then coalesce(transfer_tenant.organisation_id, t.organisation_id) else v_tenant end
       and t.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      raise exception 'transfer not found'
        using errcode = 'CD010',
          hint = 'Name a transfer of the current organisation; operations add the organisation where two share an id.';
  end;
  return v_tenant;
end
$$;
comment on function authz.transfer_tenant(uuid, uuid) is
  'Organisation of a transfer that the caller may dispatch or cancel. 42501 for who may steer none, CD010 for one that is not theirs. [S-04, S-18]';
alter function authz.transfer_tenant(uuid, uuid) owner to cordon_definer;
revoke all on function authz.transfer_tenant(uuid, uuid) from public;
