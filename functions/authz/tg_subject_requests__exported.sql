-- authz.tg_subject_requests__exported: who asked for their data was given it, or is told how else they were answered: nobody's word alone says that it
-- was done. What the patient took on the portal counts, and what was handed over by hand and recorded.
create or replace function authz.tg_subject_requests__exported()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.resolved_at is not null and new.answered_otherwise is distinct from old.answered_otherwise then
    raise exception 'how a request was answered stays what was told'
      using errcode = 'CD014', hint = 'Take down another request: it is answered on its own.';
  end if;
  if new.kind in ('access', 'portability')
    and new.status = 'completed'
    and old.status <> 'completed'
    and new.answered_otherwise is null
    and not exists (
      select
      from public.disclosures as d
      where d.organisation_id = new.organisation_id
        and d.patient_id = new.patient_id
        and d.recipient_kind = 'patient'
        and d.purpose = 'subject_access'
        and d.source_table in ('public.export_subject', 'public.record_disclosure_made')
        and d.disclosed_at >= new.created_at
    )
  then
    raise exception 'nothing was given to who asked for their data'
      using errcode = 'CD013',
        hint = 'Take it up (in_progress) and call export_subject; or say in answered_otherwise how it was answered; or refuse it, and say on which ground.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_requests__exported() is
  'Refuses with CD013 to complete a request for access or portability without an export since it came in, or a word on how else it was answered; with CD014 another word after the answer. [N-49]';
alter function authz.tg_subject_requests__exported() owner to cordon_definer;
revoke all on function authz.tg_subject_requests__exported() from public;
