-- authz.uploadable_paths: to which paths the caller may upload now. The policy of Storage compares a name with them as a whole: it takes no
-- name apart, so that no spelling of one can mean another tenant's.
create or replace function authz.uploadable_paths()
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
begin
  if v_caller.session_id is null then
    return '{}';
  end if;
  return array(
    select d.object_path
    from authz.live_memberships as m
    join public.document_upload_grants as g on g.organisation_id = m.organisation_id and g.user_id = m.user_id
    join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id
    where m.user_id = v_caller.user_id
      and g.session_id = v_caller.session_id
      and g.used_at is null
      and g.expires_at > clock_timestamp()
      and g.archived_at is null
      and d.status = 'pending'
      and d.archived_at is null
  );
end
$$;
comment on function authz.uploadable_paths() is
  'Paths of the grants that the caller''s session holds, unused and not expired. [S-08, S-11]';
alter function authz.uploadable_paths() owner to cordon_definer;
revoke all on function authz.uploadable_paths() from public;
grant execute on function authz.uploadable_paths() to authenticated;
