-- authz.secret_in: what a text carries that is never stored. Groups of digits count as one number where they are grouped as such a number
-- is: a card's in fours or more, the last one shorter; a CPF's and a Thai id's as they are printed. Groups of any size would make every
-- second series of blood pressures somebody's number.
create or replace function authz.secret_in(value text)
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Digits of full width, Thai, Arabic, Persian and Devanagari.
  v_other_digits constant text :=
    E'\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59'
    '\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9'
    '\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f';
  v_text text;
  v_run text;
  v_groups text[];
  v_sizes integer[];
  v_digits text;
begin
  -- A link has nine characters at least, and nine digits make the shortest number that is looked for.
  if value is null or length(value) < 9 then
    return null;
  end if;
  -- Whoever holds a signed link holds the document (S-10): what is stored is bucket and path.
  if position('://' in value) > 0
    and value ~* 'https?://([^/[:space:]]*:[^/[:space:]]*@|[^[:space:]]*(/storage/v1/|[?&#](token|access_token|refresh_token|signature|sig|x-amz-signature|apikey)=))'
  then
    return 'link that opens by itself';
  end if;
  -- Most texts are done here. Digits of other scripts take more than a byte, and a look at each character for each of them.
  if length(value) - length(translate(value, '0123456789' || case when octet_length(value) > length(value) then v_other_digits else '' end, '')) < 9 then
    return null;
  end if;
  -- Blanks, dashes and digits of other scripts and of word processors count as ours. What has no width is left out.
  v_text := translate(
    value,
    E'\t\n\r_,\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u2010\u2011\u2012\u2013\u2014\u2212'
    || v_other_digits
    || E'\u00ad\u200b\u200c\u200d\u2060\ufeff',
    repeat(' ', 12) || repeat('-', 6) || repeat('0123456789', 5)
  );
  if v_text ~ E'(^|[^0-9])(?!000|666|9[0-9][0-9])[0-9]{3}([-. ]{1,2})(?!00)[0-9][0-9]\\2(?!0000)[0-9]{4}(?![0-9])' then
    return 'national id';
  end if;
  -- With its points and dashes: with blanks it would be any four measurements.
  for v_run in
    select m[1] || m[2] || m[3] || m[4]
    from regexp_matches(v_text, '(?<![0-9])([0-9]{3})[.-]([0-9]{3})[.-]([0-9]{3})[ ./-]([0-9][0-9])(?![0-9])', 'g') as m
  loop
    if authz.is_national_id(v_run) then
      return 'national id';
    end if;
  end loop;
  for v_run in select m[1] from regexp_matches(v_text, '[0-9](?:[ ./-]{0,3}[0-9]){10,}', 'g') as m loop
    v_groups := regexp_split_to_array(v_run, '[ ./-]+');
    for v_from in 1..cardinality(v_groups) loop
      v_digits := '';
      v_sizes := '{}';
      for v_to in v_from..cardinality(v_groups) loop
        v_digits := v_digits || v_groups[v_to];
        exit when length(v_digits) > 19;
        v_sizes := v_sizes || length(v_groups[v_to]);
        if 4 <= all (v_sizes[:cardinality(v_sizes) - 1]) and authz.is_card_number(v_digits) then
          return 'card number';
        end if;
        if v_sizes in ('{11}', '{9,2}', '{13}', '{1,4,5,2,1}') and authz.is_national_id(v_digits) then
          return 'national id';
        end if;
      end loop;
    end loop;
  end loop;
  return null;
end
$$;
comment on function authz.secret_in(text) is
  'card number, national id or link that opens by itself where the text carries one, else NULL. [S-10, S-37, S-38]';
revoke all on function authz.secret_in(text) from public;
grant execute on function authz.secret_in(text) to cordon_definer;
