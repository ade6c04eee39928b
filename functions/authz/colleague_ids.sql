-- authz.colleague_ids: whose profile a member may see. Former members count: their names stand under old records.
create or replace function authz.colleague_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(m.user_id)
      from public.organisation_members as m
      where m.organisation_id = authz.organisation_id()
        and m.accepted_at is not null
    ),
    '{}'
  );
end
$$;
comment on function authz.colleague_ids() is
  'Users who are or were members of the current organisation. [S-02]';
alter function authz.colleague_ids() owner to cordon_definer;
revoke all on function authz.colleague_ids() from public;
grant execute on function authz.colleague_ids() to authenticated, cordon_insights;
