-- authz.secret_in: what a text carries that is never stored. Digits count as one number where nothing but a space, point, dash or
-- slash, or two of them, parts them; every run of whole groups is tried, so that a date before a card number does not hide it.
create or replace function authz.secret_in(value text)
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Blanks and dashes of other scripts and of word processors, and digits of full width, count as ours.
  v_text constant text := translate(
    value,
    E'\t\n\r_\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013\u2014\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19',
    '        -----0123456789'
  );
  v_run text;
  v_groups text[];
  v_digits text;
begin
  if v_text ~ '(^|\D)(?!000|666|9\d\d)\d{3}([- ])(?!00)\d\d\2(?!0000)\d{4}(?!\d)' then
    return 'national id';
  end if;
  for v_run in select m[1] from regexp_matches(v_text, '[0-9](?:[ ./-]{0,2}[0-9]){10,}', 'g') as m loop
    v_groups := regexp_split_to_array(v_run, '[ ./-]+');
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
