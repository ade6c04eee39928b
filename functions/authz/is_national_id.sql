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
  if digits ~ E'^([0-9])\\1*$' then
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
  -- No Thai province has 89, and 789 is how a Brazilian barcode begins.
  if length(digits) = 13 then
    for v_place in 1..12 loop
      v_first := v_first + (14 - v_place) * substr(digits, v_place, 1)::integer;
    end loop;
    return digits !~ '^(0|789)' and right(digits, 1) = ((11 - v_first % 11) % 10)::text;
  end if;
  return false;
end
$$;
comment on function authz.is_national_id(text) is
  'Whether 11 digits are a CPF or 13 a Thai identification number, by their check digits. [S-38]';
revoke all on function authz.is_national_id(text) from public;
grant execute on function authz.is_national_id(text) to cordon_definer;
