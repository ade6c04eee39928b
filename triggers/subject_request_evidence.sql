create or replace trigger _080_no_secrets
  before insert or update on public.subject_request_evidence
  for each row
  execute function authz.tg__no_secrets('subject_request_evidence', 'evidence', 'answer');
alter table public.subject_request_evidence enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.subject_request_evidence is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';
