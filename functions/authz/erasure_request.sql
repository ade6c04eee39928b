-- authz.erasure_request: the request by which the privacy officer may erase: of their clinic, for erasure, and not answered yet.
create or replace function authz.erasure_request(request_id uuid, out organisation_id uuid, out patient_id uuid)
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.organisation_for('{}', '{privacy_officer}');
  v_kind text;
  v_status text;
begin
  if v_tenant is null or authz.acting_realm() <> 'provider' or authz.own_session_id() is null then
    raise exception 'erasure is not yours to do'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  select r.organisation_id, r.patient_id, r.kind, r.status
    into organisation_id, patient_id, v_kind, v_status
    from public.subject_requests as r
   where r.organisation_id = v_tenant
     and r.id = request_id
     and r.archived_at is null
  for no key update;
  if organisation_id is null then
    raise exception 'request not found'
      using errcode = 'CD010', hint = 'Name a subject request of the current organisation.';
  end if;
  if v_kind <> 'erasure' or v_status <> 'in_progress' then
    raise exception 'this is no request for erasure under way'
      using errcode = 'CD013', hint = 'Take up a request of kind erasure first: status in_progress.';
  end if;
end
$$;
comment on function authz.erasure_request(uuid) is
  'Organisation and patient of a request for erasure under way, locked. 42501 for who is no privacy officer, CD010 for no such request, CD013 for another one. [N-49]';
alter function authz.erasure_request(uuid) owner to cordon_definer;
revoke all on function authz.erasure_request(uuid) from public;
