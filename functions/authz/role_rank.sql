-- authz.role_rank: who stands above whom (N-05, N-13). Rank decides escalation, never access to data:
-- a clinic_admin outranks a doctor and still may not read a diagnosis.
create or replace function authz.role_rank(role_name text)
  returns smallint
  language sql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select case role_name
    when 'admin' then 100
    when 'clinic_admin' then 90
    when 'doctor' then 80
    when 'nurse' then 70
    when 'assistant' then 60
    when 'receptionist' then 50
    when 'patient' then 10
    when 'anonymous' then 0
  end::smallint
$$;
comment on function authz.role_rank(text) is
  'Rank of a role, 100 to 0; NULL for a name that is no role. [N-05, N-13]';
revoke all on function authz.role_rank(text) from public;
grant execute on function authz.role_rank(text)
  to authenticated, service_role, cordon_definer;
