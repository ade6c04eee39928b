create or replace trigger _080_no_secrets
  before insert or update on public.subject_request_evidence
  for each row
  execute function authz.tg__no_secrets('subject_request_evidence', 'evidence', 'answer');
alter table public.subject_request_evidence enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.subject_request_evidence is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _300_answered
  before update on public.subject_request_evidence
  for each row
  when (
    new.answer is distinct from coalesce(old.answer, new.answer) or new.evidence is distinct from coalesce(old.evidence, new.evidence)
  )
  execute function authz.tg_subject_request_evidence__answered();
alter table public.subject_request_evidence enable always trigger _300_answered;
comment on trigger _300_answered on public.subject_request_evidence is
  'Keeps what a person was answered. [N-49]';
