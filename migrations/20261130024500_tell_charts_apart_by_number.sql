-- migrate:up
-- Why: numbers that look alike gave one patient two charts
-- Access: 1 definer function
--   ~ authz.tg_patients__named is written, and runs with the rights of its owner
--   widens: authz.tg_patients__named() is new, which 1 trigger asks
--   widens: the trigger _085_named now guards public.patients
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.patients

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_patients__named: a chart is found by its number, and a patient told from another by number and name: two numbers that look alike are two charts
-- of one patient, or one that is opened for another. A name keeps what belongs to it, joiners and the shapes of signs; a number is written in one way. A
-- trigger and no CHECK: what was written before anybody asked stays, until it is changed.
create or replace function authz.tg_patients__named()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_renumbered boolean := true;
  v_is_renamed boolean := true;
begin
  if tg_op <> 'INSERT' then -- by itself: only an UPDATE has a row of before
    v_is_renumbered := new.mrn <> old.mrn;
    v_is_renamed := new.full_name <> old.full_name;
  end if;
  if v_is_renumbered and (
    new.mrn <> authz.trimmed(new.mrn)
    or authz.has_hidden_signs(new.mrn)
    or new.mrn ~ E'[\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff]'
    or new.mrn is not nfc normalized
  ) then
    raise exception 'the number of a chart is one that everybody sees'
      using errcode = 'check_violation', hint = 'Leave out blanks at its ends and signs without width; write each sign as one (NFC).';
  end if;
  if v_is_renamed and (new.full_name <> authz.trimmed(new.full_name) or authz.has_hidden_signs(new.full_name)) then
    raise exception 'the name of a patient is one that everybody sees'
      using errcode = 'check_violation', hint = 'Give a name of one line, without blanks at its ends and signs that nobody sees.';
  end if;
  return new;
end
$$;
comment on function authz.tg_patients__named() is
  'Refuses with 23514 a number or a name with signs that nobody sees, or blanks at its ends, and a number that is not NFC. [N-01, S-04]';
alter function authz.tg_patients__named() owner to cordon_definer;
revoke all on function authz.tg_patients__named() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _085_named
  before insert or update on public.patients
  for each row
  execute function authz.tg_patients__named();
alter table public.patients enable always trigger _085_named;
comment on trigger _085_named on public.patients is
  'Refuses a number, and a name, that looks like another. [N-01, S-04]';

-- migrate:down
