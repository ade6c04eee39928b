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
  -- Digits of Thai, Arabic, Persian, Devanagari, Bengali, Tamil, Lao and Khmer; NFKC makes ours of full width, of superscripts and of mathematics.
  v_other_digits constant text :=
    E'\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669'
    '\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f'
    '\u09e6\u09e7\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef\u0be6\u0be7\u0be8\u0be9\u0bea\u0beb\u0bec\u0bed\u0bee\u0bef'
    '\u0ed0\u0ed1\u0ed2\u0ed3\u0ed4\u0ed5\u0ed6\u0ed7\u0ed8\u0ed9\u17e0\u17e1\u17e2\u17e3\u17e4\u17e5\u17e6\u17e7\u17e8\u17e9';
  v_is_ascii constant boolean := octet_length(value) = length(value);
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
  v_text := case when v_is_ascii then value else normalize(value, nfkc) end;
  -- Most texts are done here. Digits of other scripts take more than a byte, and a look at each character for each of them.
  if length(v_text) - length(translate(v_text, '0123456789' || case when v_is_ascii then '' else v_other_digits end, '')) < 9 then
    return null;
  end if;
  -- Blanks, dashes, what else stands between groups, and digits of other scripts count as ours. What has no width is left out.
  v_text := translate(
    v_text,
    E'\t\n\u000b\f\r_,\u0085\u1680\u2028\u2029'
    || E'|*:\u00b7\u2010\u2012\u2013\u2014\u2015\u2022\u2027\u2043\u2212\u2219\u22c5'
    || v_other_digits
    || E'\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064'
       '\u2066\u2067\u2068\u2069\ufeff',
    repeat(' ', 11) || repeat('-', 15) || repeat('0123456789', 8)
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
  for v_run in select m[1] from regexp_matches(v_text, '[0-9](?:[ ./-]{0,5}[0-9]){10,}', 'g') as m loop
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
