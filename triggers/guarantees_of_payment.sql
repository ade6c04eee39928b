create or replace trigger _080_no_secrets
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__no_secrets('guarantees_of_payment', 'payer');
alter table public.guarantees_of_payment enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.guarantees_of_payment is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _087_labels
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__labels('guarantees_of_payment', 'name', 'payer');
alter table public.guarantees_of_payment enable always trigger _087_labels;
comment on trigger _087_labels on public.guarantees_of_payment is
  'Refuses a payer whom nobody sees. [S-31]';

create or replace trigger _110_status_stamp
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__status_stamp();
alter table public.guarantees_of_payment enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.guarantees_of_payment is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__transition('guarantees_of_payment', 'requested');
alter table public.guarantees_of_payment enable always trigger _200_transition;
comment on trigger _200_transition on public.guarantees_of_payment is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_handed_over
  before insert on public.guarantees_of_payment
  for each row
  execute function authz.tg__handed_over();
alter table public.guarantees_of_payment enable always trigger _300_handed_over;
comment on trigger _300_handed_over on public.guarantees_of_payment is
  'Refuses a case that was not handed over to operations. [S-29]';

create or replace trigger _310_fixed
  before update on public.guarantees_of_payment
  for each row
  execute function authz.tg_guarantees_of_payment__fixed();
alter table public.guarantees_of_payment enable always trigger _310_fixed;
comment on trigger _310_fixed on public.guarantees_of_payment is
  'Keeps limit and policy of a guarantee that has ended. [S-34]';

create or replace trigger _015_read_committed
  before insert or update on public.guarantees_of_payment
  for each row
  when (current_setting('transaction_isolation') <> 'read committed')
  execute function authz.tg__read_committed();
alter table public.guarantees_of_payment enable always trigger _015_read_committed;
comment on trigger _015_read_committed on public.guarantees_of_payment is
  'Says who vouches, and for how much, in the newest snapshot alone: an older one shows who may write as they were. [N-16, S-29]';
