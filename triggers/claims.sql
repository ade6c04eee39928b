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
