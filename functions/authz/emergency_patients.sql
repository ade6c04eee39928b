-- authz.emergency_patients: for whom the caller broke the glass. Empty for almost everybody almost always.
create or replace function authz.emergency_patients()
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_prefix constant text := v_caller.member_of::text;
begin
  return array(
    select v_prefix || p.id::text
    from unnest(authz.emergency_of(v_caller.member_of, v_caller.user_id, authz.now())) as p (id)
  );
end
$$;
comment on function authz.emergency_patients() is
  'Organisation and patient, as one text, of those for whom the caller holds a live emergency grant in the current organisation. [N-18]';
alter function authz.emergency_patients() owner to cordon_definer;
revoke all on function authz.emergency_patients() from public;
grant execute on function authz.emergency_patients() to authenticated;
