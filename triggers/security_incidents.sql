create or replace trigger _080_no_secrets
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__no_secrets(
    'security_incidents', 'summary', 'data_nature', 'risks', 'measures', 'dismissal_reason', 'subjects_not_told_reason'
  );
alter table public.security_incidents enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.security_incidents is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__words(
    'security_incidents', 'summary', '10', 'data_nature', '3', 'risks', '3', 'measures', '3', 'dismissal_reason', '10',
    'subjects_not_told_reason', '10'
  );
alter table public.security_incidents enable always trigger _085_words;
comment on trigger _085_words on public.security_incidents is
  'Refuses an account that nobody sees. [N-37]';

create or replace trigger _110_status_stamp
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__status_stamp();
alter table public.security_incidents enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.security_incidents is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__transition('security_incidents', 'open');
alter table public.security_incidents enable always trigger _200_transition;
comment on trigger _200_transition on public.security_incidents is
  'Refuses a state that does not follow from the one before. [N-37]';

create or replace trigger _300_notice
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg_security_incidents__notice();
alter table public.security_incidents enable always trigger _300_notice;
comment on trigger _300_notice on public.security_incidents is
  'Stamps by when the authority must hear of it, and when it did. [N-37]';
