create or replace trigger _080_no_secrets
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__no_secrets('subject_requests', 'refusal_basis', 'answered_otherwise');
alter table public.subject_requests enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.subject_requests is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__words('subject_requests', 'refusal_basis', '1', 'answered_otherwise', '10');
alter table public.subject_requests enable always trigger _085_words;
comment on trigger _085_words on public.subject_requests is
  'Refuses a ground or an answer that nobody sees. [N-49]';

create or replace trigger _110_status_stamp
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__status_stamp();
alter table public.subject_requests enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.subject_requests is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__transition('subject_requests', 'received');
alter table public.subject_requests enable always trigger _200_transition;
comment on trigger _200_transition on public.subject_requests is
  'Refuses a state that does not follow from the one before. [N-49]';

create or replace trigger _300_due
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg_subject_requests__due();
alter table public.subject_requests enable always trigger _300_due;
comment on trigger _300_due on public.subject_requests is
  'Stamps by when it is due and when it was resolved; kind and patient stay. [N-49]';

create or replace trigger _310_erased
  before update on public.subject_requests
  for each row
  execute function authz.tg_subject_requests__erased();
alter table public.subject_requests enable always trigger _310_erased;
comment on trigger _310_erased on public.subject_requests is
  'Lets a request for erasure be completed by the erasure alone. [N-49]';

create or replace trigger _320_exported
  before update on public.subject_requests
  for each row
  execute function authz.tg_subject_requests__exported();
alter table public.subject_requests enable always trigger _320_exported;
comment on trigger _320_exported on public.subject_requests is
  'Lets a request for access or portability be completed by an export, or with a word on how else. [N-49]';

create or replace trigger _015_read_committed
  before insert or update on public.subject_requests
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.subject_requests enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.subject_requests is
  'Says what a person asks for, and what is answered, in the newest snapshot alone: an older one shows who may write as they were. [N-16, N-49]';

create or replace trigger _510_objection
  after insert or update on public.subject_requests
  for each row
  when (new.kind = 'objection' and new.archived_at is null and new.status <> 'refused')
  execute function authz.tg_subject_requests__objection();
alter table public.subject_requests enable always trigger _510_objection;
comment on trigger _510_objection on public.subject_requests is
  'Has an objection and another legal basis take turns, and one that is upheld end what it bars. [N-45, N-49]';
