-- migrate:up
-- Why: what must not be stored is typed into free text
-- Access: +3 grants, 1 definer function
--   + cordon_definer may execute function authz.is_card_number(text)
--   + cordon_definer may execute function authz.is_national_id(text)
--   + cordon_definer may execute function authz.secret_in(text)
--   ~ authz.tg__no_secrets is written, and runs with the rights of its owner
-- Locks: 11 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.agreements
--   SHARE ROW EXCLUSIVE public.appointment_reasons
--   SHARE ROW EXCLUSIVE public.emergency_access_reasons
--   SHARE ROW EXCLUSIVE public.guarantees_of_payment
--   SHARE ROW EXCLUSIVE public.invoice_lines
--   SHARE ROW EXCLUSIVE public.medical_record_details
--   SHARE ROW EXCLUSIVE public.medical_records
--   SHARE ROW EXCLUSIVE public.patient_clinical
--   SHARE ROW EXCLUSIVE public.patient_identity
--   SHARE ROW EXCLUSIVE public.patients
--   SHARE ROW EXCLUSIVE public.payments

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.is_card_number: whether digits are a payment card's: the length and first digits of a scheme, and the check digit (ISO/IEC 7812-1, Luhn).
-- Without the scheme every tenth number of that length would pass for one, telephone numbers included.
create or replace function authz.is_card_number(digits text)
  returns boolean
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_sum integer := 0;
  v_digit integer;
begin
  if digits !~ '^(4\d{12}|4\d{15}|4\d{18}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14,17}|6\d{15,18}|5[06-8]\d{14,17})$' then
    return false;
  end if;
  for v_place in 1..length(digits) loop
    v_digit := substr(digits, length(digits) - v_place + 1, 1)::integer;
    if v_place % 2 = 0 then
      v_digit := v_digit * 2 - case when v_digit > 4 then 9 else 0 end;
    end if;
    v_sum := v_sum + v_digit;
  end loop;
  return v_sum % 10 = 0;
end
$$;
comment on function authz.is_card_number(text) is
  'Whether digits are those of a payment card, by scheme, length and check digit. [S-37]';
revoke all on function authz.is_card_number(text) from public;
grant execute on function authz.is_card_number(text) to cordon_definer;

-- authz.is_national_id: whether digits are a Brazilian CPF or a Thai identification number, by their check digits. A US social security
-- number has none, so that only its spelling tells it: authz.secret_in looks for that.
create or replace function authz.is_national_id(digits text)
  returns boolean
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_first integer := 0;
  v_second integer := 0;
begin
  if digits ~ '^(\d)\1*$' then
    return false; -- 111.111.111-11 has good check digits, and is nobody's
  end if;
  if length(digits) = 11 then
    for v_place in 1..9 loop
      v_first := v_first + (11 - v_place) * substr(digits, v_place, 1)::integer;
      v_second := v_second + (12 - v_place) * substr(digits, v_place, 1)::integer;
    end loop;
    v_first := v_first * 10 % 11 % 10;
    v_second := (v_second + 2 * v_first) * 10 % 11 % 10;
    return right(digits, 2) = v_first::text || v_second::text;
  end if;
  if length(digits) = 13 then
    for v_place in 1..12 loop
      v_first := v_first + (14 - v_place) * substr(digits, v_place, 1)::integer;
    end loop;
    return left(digits, 1) <> '0' and right(digits, 1) = ((11 - v_first % 11) % 10)::text;
  end if;
  return false;
end
$$;
comment on function authz.is_national_id(text) is
  'Whether 11 digits are a CPF or 13 a Thai identification number, by their check digits. [S-38]';
revoke all on function authz.is_national_id(text) from public;
grant execute on function authz.is_national_id(text) to cordon_definer;

-- authz.secret_in: what a text carries that is never stored. Digits count as one number where nothing but a single space, point, dash or
-- slash parts them; every run of whole groups is tried, so that a date before a card number does not hide it.
create or replace function authz.secret_in(value text)
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_run text;
  v_groups text[];
  v_digits text;
begin
  if value ~ '(^|\D)(?!000|666|9\d\d)\d{3}([- ])(?!00)\d\d\2(?!0000)\d{4}(?!\d)' then
    return 'national id';
  end if;
  for v_run in select m[1] from regexp_matches(value, '\d(?:[ ./-]?\d){10,}', 'g') as m loop
    v_groups := regexp_split_to_array(v_run, '[ ./-]');
    for v_from in 1..cardinality(v_groups) loop
      v_digits := '';
      for v_to in v_from..cardinality(v_groups) loop
        v_digits := v_digits || v_groups[v_to];
        exit when length(v_digits) > 19;
        continue when length(v_digits) < 11;
        if authz.is_card_number(v_digits) then
          return 'card number';
        end if;
        if authz.is_national_id(v_digits) then
          return 'national id';
        end if;
      end loop;
    end loop;
  end loop;
  return null;
end
$$;
comment on function authz.secret_in(text) is
  'card number or national id where the text carries one, else NULL. [S-37, S-38]';
revoke all on function authz.secret_in(text) from public;
grant execute on function authz.secret_in(text) to cordon_definer;

-- authz.tg__no_secrets: card numbers and national ids are not stored, wherever somebody types them (S-37, S-38). A trigger and no CHECK:
-- whose violation shows the whole row to the server's key and to its log. Arguments: the table, then its columns of free text.
create or replace function authz.tg__no_secrets()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
  v_before jsonb;
  v_secret text;
begin
  if tg_op = 'UPDATE' then
    v_before := to_jsonb(old);
  end if;
  for v_place in 1..tg_nargs - 1 loop
    continue when v_row -> tg_argv[v_place] is not distinct from v_before -> tg_argv[v_place];
    v_secret := authz.secret_in(v_row ->> tg_argv[v_place]);
    if v_secret is not null then
      raise exception '%.% carries a %', tg_argv[0], tg_argv[v_place], v_secret
        using errcode = 'CD016', hint = 'Leave it out; the last four digits are enough to tell one from another.';
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__no_secrets() is
  'Refuses with CD016 text that carries a card number or a national id, and does not repeat it. [S-37, S-38, S-39]';
alter function authz.tg__no_secrets() owner to cordon_definer;
revoke all on function authz.tg__no_secrets() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _080_no_secrets
  before insert or update on public.agreements
  for each row
  execute function authz.tg__no_secrets('agreements', 'payer');
alter table public.agreements enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.agreements is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.appointment_reasons
  for each row
  execute function authz.tg__no_secrets('appointment_reasons', 'reason');
alter table public.appointment_reasons enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.appointment_reasons is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.emergency_access_reasons
  for each row
  execute function authz.tg__no_secrets('emergency_access_reasons', 'reason', 'review_note');
alter table public.emergency_access_reasons enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.emergency_access_reasons is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.guarantees_of_payment
  for each row
  execute function authz.tg__no_secrets('guarantees_of_payment', 'payer');
alter table public.guarantees_of_payment enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.guarantees_of_payment is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.invoice_lines
  for each row
  execute function authz.tg__no_secrets('invoice_lines', 'description');
alter table public.invoice_lines enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.invoice_lines is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.medical_record_details
  for each row
  execute function authz.tg__no_secrets('medical_record_details', 'diagnosis', 'codes', 'treatment_plan', 'physician_notes');
alter table public.medical_record_details enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.medical_record_details is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__no_secrets('medical_records', 'vitals', 'medications');
alter table public.medical_records enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.medical_records is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.patient_clinical
  for each row
  execute function authz.tg__no_secrets('patient_clinical', 'allergies', 'alerts');
alter table public.patient_clinical enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patient_clinical is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.patient_identity
  for each row
  execute function authz.tg__no_secrets('patient_identity', 'email', 'nationality');
alter table public.patient_identity enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patient_identity is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.patients
  for each row
  execute function authz.tg__no_secrets('patients', 'full_name');
alter table public.patients enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.patients is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.payments
  for each row
  execute function authz.tg__no_secrets('payments', 'terminal_reference');
alter table public.payments enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.payments is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

-- migrate:down
