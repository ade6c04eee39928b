create or replace trigger _110_status_stamp
  before insert or update on public.claims
  for each row
  execute function authz.tg__status_stamp();
alter table public.claims enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.claims is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.claims
  for each row
  execute function authz.tg__transition('claims', 'draft');
alter table public.claims enable always trigger _200_transition;
comment on trigger _200_transition on public.claims is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_handed_over
  before insert on public.claims
  for each row
  execute function authz.tg__handed_over();
alter table public.claims enable always trigger _300_handed_over;
comment on trigger _300_handed_over on public.claims is
  'Refuses a case that was not handed over to operations. [S-29]';

create or replace trigger _310_sound
  before insert or update on public.claims
  for each row
  execute function authz.tg_claims__sound();
alter table public.claims enable always trigger _310_sound;
comment on trigger _310_sound on public.claims is
  'Keeps a claim to an attached invoice, a guarantee that stands, their currency, and the amount that was submitted. [S-29, S-34]';

create or replace trigger _015_read_committed
  before insert or update on public.claims
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.claims enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.claims is
  'Says what is claimed, and what became of it, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-29]';
