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
  if digits !~ '^(4[0-9]{12}|4[0-9]{15}|4[0-9]{18}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3[068][0-9]{12}|35[0-9]{14,17}|6[0-9]{15,18}|5[06-8][0-9]{14,17})$' then
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
