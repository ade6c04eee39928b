-- authz.signable_paths: which paths the caller may have signed now: those of their live tickets, as far as the rules still open them.
create or replace function authz.signable_paths()
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
    join public.document_read_tickets as t on t.organisation_id = m.organisation_id and t.user_id = m.user_id
    join public.documents as d on d.organisation_id = t.organisation_id and d.id = t.document_id
    where m.user_id = v_caller.user_id
      and t.session_id = v_caller.session_id
      and t.realm = 'provider'
      and t.expires_at > clock_timestamp()
      and t.revoked_at is null
      and t.archived_at is null
      and authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose)
  );
end
$$;
comment on function authz.signable_paths() is
  'Paths of the caller''s live read tickets whose documents the rules still open to them. [S-09, S-11, N-50]';
alter function authz.signable_paths() owner to cordon_definer;
revoke all on function authz.signable_paths() from public;
grant execute on function authz.signable_paths() to authenticated;
