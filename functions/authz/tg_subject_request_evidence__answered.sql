-- authz.tg_subject_request_evidence__answered: what was answered, and on what evidence, stays as it was told: written anew, nobody could say what the
-- person was refused with. What was not written down by then may be. Who answers waits for this, or is seen.
create or replace function authz.tg_subject_request_evidence__answered()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
begin
  perform authz.require_read_committed();
  select r.status
    into v_status
    from public.subject_requests as r
   where r.organisation_id = new.organisation_id
     and r.id = new.id
  for share;
  if v_status in ('completed', 'refused') then
    raise exception 'an answer stays what was told'
      using errcode = 'CD014', hint = 'Take down another request, and answer it: what was not written yet may still be added.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_request_evidence__answered() is
  'Refuses with CD014 another answer or evidence of a request that was answered; CD007 above READ COMMITTED. [N-49]';
alter function authz.tg_subject_request_evidence__answered() owner to cordon_definer;
revoke all on function authz.tg_subject_request_evidence__answered() from public;
