-- migrate:up
-- Why: a privacy officer could take down a request for erasure, take it up and destroy a patient's data, with nobody else having heard the patient
-- Access: 1 definer function
--   ~ public.erase_subject is written, and runs with the rights of its owner
--   widens: public.erase_subject(uuid), callable by clinic staff, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- public.erase_subject: answers a request for erasure (LGPD art. 18 VI): destroys what no law keeps, and completes the request. What was kept, and why
-- and until when, is told per table and column; what was destroyed is buried without its content; and who had data of theirs must be told of it (par. 6).
-- Nothing brings it back: whoever takes a request down themselves destroys nothing for it, since somebody else has heard the patient, or has seen the letter.
create or replace function public.erase_subject(request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_report jsonb;
  v_to_tell jsonb;
begin
  select e.organisation_id, e.patient_id
    into v_request
    from authz.erasure_request(erase_subject.request_id) as e;
  if exists (
    select
    from public.subject_requests as r
    where r.organisation_id = v_request.organisation_id
      and r.id = erase_subject.request_id
      and r.created_by_user_id = authz.user_id()
  ) then
    raise exception 'you took this request down yourself'
      using errcode = 'CD008', hint = 'Reception or a clinic_admin takes it down, or the patient files it on the portal; or another privacy officer erases for it.';
  end if;
  v_to_tell := authz.recipients_of(v_request.organisation_id, v_request.patient_id);
  v_report := governance.erase_rows(v_request.organisation_id, v_request.patient_id, erase_subject.request_id);
  update public.subject_requests as r
     set status = 'completed'
   where r.organisation_id = v_request.organisation_id
     and r.id = erase_subject.request_id;
  return v_report || jsonb_build_object('to_tell', v_to_tell);
end
$$;
comment on function public.erase_subject(uuid) is
  'Erases the patient of a request {patient_id, destroyed: [{table, column, rows, basis}], kept: [{table, column, rows, basis, until}], to_tell: [{recipient_kind, recipient_name, recipient_organisation_id, last_disclosed_at, disclosures}]}, and completes it. 42501 for who is no privacy officer, CD010 for no such request, CD008 for one that the caller took down, CD013 for one that is not for erasure or not under way, CD018 where something of it is locked for more than five seconds, CD020 under a hold. [N-49]';

-- migrate:down
