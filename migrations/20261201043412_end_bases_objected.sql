-- migrate:up
-- Why: an objection that was upheld before it barred anything left in force what it objects to
-- Access: 1 DO block
--   ~ a DO block: read it, its statements are not listed
-- Locks: none on existing tables but those of a DO block: read it, they are not listed

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Touched, and no more: the trigger _510_objection ends in public.consents what an upheld objection bars. Who touched the request last is the system then; who
-- upheld it, and when, stays (last_status_change_by_user_id, resolved_at). Clinic by clinic, since a write beside the policies names whose it is.
do $$
declare
  v_organisation_id uuid;
begin
  for v_organisation_id in
    select distinct r.organisation_id
    from public.subject_requests as r
    where r.kind = 'objection' and r.status = 'completed' and r.archived_at is null
  loop
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);
    update public.subject_requests as r
       set status = r.status
     where r.organisation_id = v_organisation_id
       and r.kind = 'objection'
       and r.status = 'completed'
       and r.archived_at is null;
  end loop;
  perform set_config('app.pinned_organisation_id', '', true);
end
$$;

-- migrate:down
