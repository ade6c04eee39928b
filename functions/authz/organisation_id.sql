-- authz.organisation_id: the scalar of a provider fence that names no audience.
create or replace function authz.organisation_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_for('{}', '{}');
end
$$;
comment on function authz.organisation_id() is
  'Organisation that the caller acts in by a live membership, else NULL. [S-02, N-22, N-23]';
alter function authz.organisation_id() owner to cordon_definer;
revoke all on function authz.organisation_id() from public;
grant execute on function authz.organisation_id() to authenticated;
