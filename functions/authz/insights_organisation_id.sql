-- authz.insights_organisation_id: the scalar of every policy of cordon_insights: whose rows what leaves is made of. Whatever the function of
-- that role asks, it finds rows of one organisation, and of one that has Smart Insights switched on at this statement.
create or replace function authz.insights_organisation_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select s.organisation_id
    from public.organisation_settings as s
    where s.organisation_id = authz.organisation_for('{}', '{insights_admin}')
      and s.smart_insights_enabled
      and s.archived_at is null
  );
end
$$;
comment on function authz.insights_organisation_id() is
  'Current organisation if the caller holds insights_admin there and Smart Insights is on, else NULL. [S-22, S-23, S-25]';
alter function authz.insights_organisation_id() owner to cordon_definer;
revoke all on function authz.insights_organisation_id() from public;
grant execute on function authz.insights_organisation_id() to cordon_insights;
