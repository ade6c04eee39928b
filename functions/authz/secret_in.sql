-- authz.secret_in: what a text carries that is never stored. Whatever is neither letter nor digit may stand between the digits of a number, up to six
-- signs, in any script. Groups of digits count as one number where they are grouped as such a number is: a card's in fours or more, the last one
-- shorter; a CPF's and a Thai id's as they are printed. Groups of any size would make every second series of blood pressures, pulses or
-- haematocrits somebody's number.
create or replace function authz.secret_in(value text)
  returns text
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_ascii constant boolean := octet_length(value) = length(value);
  v_ordinary constant text :=
    '(?=[0-9-]{0,35}[a-f])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9-])[0-9]{4}-[0-9]{4} ?; ?[0-9]{4}-[0-9]{4}(?![0-9-])';
  v_text text := value;
  v_run text;
  v_id text;
  v_groups text[];
  v_shape text;
  v_digits text;
  v_secret text;
begin
  -- A link has nine characters at least, and nine digits make the shortest number that is looked for.
  if value is null or length(value) < 9 then
    return null;
  end if;
  if not v_is_ascii then
    v_text := normalize(value, nfkc);
    declare
      -- The zeros of every script of the BMP that counts in tens: nine more follow each. NFKC makes ours of full width, of superscripts and of mathematics.
      v_zeros constant integer[] :=
        '{1632,1776,1984,2406,2534,2662,2790,2918,3046,3174,3302,3430,3558,3664,3792,3872,4160,4240,6112,6160,6470,6608,6784,'
        '6800,6992,7088,7232,7248,42528,43216,43264,43472,43504,43600,44016}';
      v_other_digits constant text :=
        E'[\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef\u0b66-\u0b6f\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef'
        '\u0d66-\u0d6f\u0de6-\u0def\u0e50-\u0e59\u0ed0-\u0ed9\u0f20-\u0f29\u1040-\u1049\u1090-\u1099\u17e0-\u17e9\u1810-\u1819\u1946-\u194f\u19d0-\u19d9'
        '\u1a80-\u1a89\u1a90-\u1a99\u1b50-\u1b59\u1bb0-\u1bb9\u1c40-\u1c49\u1c50-\u1c59\ua620-\ua629\ua8d0-\ua8d9\ua900-\ua909\ua9d0-\ua9d9\ua9f0-\ua9f9'
        '\uaa50-\uaa59\uabf0-\uabf9]';
      -- What has no width: formats, joiners, selectors, tags, and marks that stand over or around a digit.
      v_unseen constant text :=
        E'[\u00ad\u0300-\u036f\u0483-\u0489\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f'
        '\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\U000e0000-\U000e0fff]';
    begin
      if v_text ~ v_unseen then
        v_text := regexp_replace(v_text, v_unseen, '', 'g');
      end if;
      if v_text ~ v_other_digits then
        v_text := translate(
          v_text,
          (select string_agg(chr(z + d), '' order by z, d) from unnest(v_zeros) as z, generate_series(0, 9) as d),
          repeat('0123456789', cardinality(v_zeros))
        );
      end if;
    end;
  end if;
  -- Whoever holds a signed link holds the document (S-10): what is stored is bucket and path.
  if position('://' in v_text) > 0 or position('=' in v_text) > 0 or position('/v1' in v_text) > 0
    or (position('%' in v_text) > 0 and v_text ~ '%[0-9A-Fa-f]{2}')
  then
    v_run := v_text;
    if position('%' in v_run) > 0 then
      v_run := regexp_replace(v_run, '%(25)+', '%', 'g');
      v_run := replace(replace(replace(replace(v_run, '%2F', '/'), '%2f', '/'), '%3A', ':'), '%3a', ':');
      v_run := replace(replace(replace(replace(v_run, '%3F', '?'), '%3f', '?'), '%3D', '='), '%3d', '=');
      v_run := replace(replace(replace(v_run, '%26', '&'), '%23', '#'), '%40', '@');
    end if;
    -- A name and a password before the host; Storage; and whatever a parameter calls a token, a signature, a key or a password.
    if v_run ~* '://[^/[:space:]]*:[^/[:space:]]*@|storage/v1/|[^[:space:]][?&#;]([a-z0-9_.]+[_-])*(token|token_hash|signature|sig|api_?key|secret|password|jwt)=[^[:space:]]' then
      return 'link that opens by itself';
    end if;
  end if;
  -- Most texts are done here.
  if v_text !~ '(?:[0-9][^0-9]*){9}' then
    return null;
  end if;
  -- Blanks and line ends as HTML and JSON write them.
  if v_text ~ E'[&<\\\\]' then
    v_text := regexp_replace(v_text, E'&#?[A-Za-z0-9]{2,8};|\\\\(?:[bfnrt]|u[0-9a-f]{4})|</?[A-Za-z][^<>]{0,40}>', ' ', 'g');
  end if;
  -- No number that is looked for has a letter in it, and none is shorter.
  if v_text !~ '[0-9][^A-Za-z]{9,}[0-9]' then
    return null;
  end if;
  <<runs>>
  for v_run in
    select m[1]
    from regexp_matches(
      v_text,
      E'[0-9](?:[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u02c2-\u02df\u037e\u0387\u0589\u05be\u05c0\u05c3\u05f3\u05f4\u0609-\u060f\u061b'
      '\u061e\u061f\u066a-\u066d\u06d4\u0964\u0965\u0970\u0e2f\u0e3f\u0e4f\u0e5a\u0e5b\u0f01-\u0f17\u0f3a-\u0f3d\u104a-\u104f\u1360-\u1368\u1400\u1680'
      '\u17d4-\u17db\u1800-\u180a\u2000-\u2bff\u2e00-\u2e7f\u3000-\u303f\u309b\u309c\u30a0\u30fb\ufd3e\ufd3f\ufe10-\ufe1f\ufe30-\ufe6f\uff61-\uff65'
      '\ufff9-\uffff\U0001f000-\U0001faff]{0,6}[0-9]){8,}',
      'g'
    ) as m
  loop
    -- An SSN and a CPF have marks of their own: blanks and what separates a list would make one of any three or four measurements.
    v_id := translate(
      v_run,
      E'\t\n\u000b\f\r_,\u0085\u00a0\u1680\u2028\u2029|*:\u00b7\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u2027\u2043\u2212\u2219\u22c5\u30fb',
      repeat(' ', 12) || repeat('-', 17)
    );
    if v_id ~ '[0-9]{3}[-. ]{1,2}[0-9]{2}[-. ]{1,2}[0-9]{4}'
      and v_id ~ E'(^|[^0-9])(?!000|666|9[0-9][0-9])[0-9]{3}([-. ]{1,2})(?!00)[0-9][0-9]\\2(?!0000)[0-9]{4}(?![0-9])'
    then
      v_secret := 'national id';
      exit runs;
    end if;
    if v_id ~ '[0-9]{3}[.-][0-9]{3}[.-][0-9]{3}[ ./-]{0,3}[0-9]{2}' then
      for v_digits in
        select m[1] || m[2] || m[3] || m[4]
        from regexp_matches(v_id, '(?<![0-9])([0-9]{3})[.-]([0-9]{3})[.-]([0-9]{3})[ ./-]{0,3}([0-9][0-9])(?![0-9])', 'g') as m
      loop
        if authz.is_national_id(v_digits) then
          v_secret := 'national id';
          exit runs;
        end if;
      end loop;
    end if;
    -- Every other number has four digits in a row.
    continue when v_run !~ '[0-9]{4}';
    v_groups := regexp_split_to_array(v_run, '[^0-9]+');
    for v_from in 1..cardinality(v_groups) loop
      continue when length(v_groups[v_from]) in (2, 3);
      v_digits := '';
      v_shape := '';
      -- Nineteen digits in fours are five groups; so are the thirteen of a Thai id.
      for v_to in v_from..least(v_from + 4, cardinality(v_groups)) loop
        v_digits := v_digits || v_groups[v_to];
        exit when length(v_digits) > 19;
        v_shape := v_shape || length(v_groups[v_to]) || ' ';
        continue when length(v_digits) < 11;
        -- Four numbers that end in 0 are counts or volumes, of which a tenth would pass; of cards one in ten thousand is such.
        if v_shape ~ '^(([4-9]|1[0-9]) )*[0-9]+ $'
          and not (v_shape = '4 4 4 4 ' and v_digits ~ '^([0-9]{3}0){4}$')
          and authz.is_card_number(v_digits)
        then
          v_secret := 'card number';
          exit runs;
        end if;
        if v_shape in ('11 ', '9 2 ', '13 ', '1 4 5 2 1 ') and authz.is_national_id(v_digits) then
          v_secret := 'national id';
          exit runs;
        end if;
      end loop;
    end loop;
  end loop;
  -- Digits in a UUID are nobody's, and two telephone numbers no card: what was found is looked for without them.
  if v_secret is not null and v_text ~* v_ordinary then
    return authz.secret_in(regexp_replace(v_text, v_ordinary, 'x', 'gi'));
  end if;
  return v_secret;
end
$$;
comment on function authz.secret_in(text) is
  'card number, national id or link that opens by itself where the text carries one, else NULL. [S-10, S-37, S-38]';
revoke all on function authz.secret_in(text) from public;
grant execute on function authz.secret_in(text) to cordon_definer;
