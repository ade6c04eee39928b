-- migrate:up
-- Why: what triggers see to on every table: who wrote a row and when, whose it is, which state follows which, and that nothing is stored which must not be.
-- Access: +8 grants, 17 definer functions
--   ~ authz.record_deployment_event is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.is_national_id(text)
--   + cordon_definer may execute function authz.is_card_number(text)
--   + cordon_definer may execute function authz.secret_in(text)
--   + cordon_definer may execute function authz.activity_keys(text)
--   + cordon_definer may execute function authz.app_event_types()
--   + cordon_definer may execute function authz.has_hidden_signs(text)
--   ~ authz.is_out_of_reach is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.require_read_committed()
--   ~ authz.lock_patient is written, and runs with the rights of its owner
--   ~ authz.record_security_event is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.security_event_keys(text)
--   ~ authz.tg__consent is written, and runs with the rights of its owner
--   ~ authz.tg__labels is written, and runs with the rights of its owner
--   ~ authz.tg__no_secrets is written, and runs with the rights of its owner
--   ~ authz.tg__patient_status is written, and runs with the rights of its owner
--   ~ authz.tg__patient_status_kept is written, and runs with the rights of its owner
--   ~ authz.tg__stamp is written, and runs with the rights of its owner
--   ~ authz.tg__stamped is written, and runs with the rights of its owner
--   ~ authz.tg__transition is written, and runs with the rights of its owner
--   ~ authz.tg__words is written, and runs with the rights of its owner
--   ~ authz.tg__archived is written, and runs with the rights of its owner
--   ~ authz.tg__in_person is written, and runs with the rights of its owner
--   ~ authz.tg__overwritten is written, and runs with the rights of its owner
--   ~ authz.tg__settled is written, and runs with the rights of its owner
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg__append_only: what was recorded is changed by nobody, the owner included (S-20). Invoker, and asks nothing: there is no exception.
create or replace function authz.tg__append_only()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% is append-only', tg_argv[0]
    using errcode = 'CD014', hint = 'What was recorded stays. Record what happened since.';
end
$$;
comment on function authz.tg__append_only() is
  'Refuses UPDATE, DELETE and TRUNCATE with CD014. Argument: the table''s name. [S-20]';
revoke all on function authz.tg__append_only() from public;

-- authz.record_deployment_event: one event of what belongs to no organisation, by whoever acts now. The login stands beside the caller: who
-- changes a deployment has no token.
create or replace function authz.record_deployment_event(event_type text, object text, details jsonb)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.deployment_events (event_type, object, actor_user_id, actor_realm, actor_login, details)
  values (event_type, object, authz.user_id(), authz.acting_realm(), session_user, details);
end
$$;
comment on function authz.record_deployment_event(text, text, jsonb) is
  'Writes one row into audit.deployment_events: type, the object it is about, and the keys of its type. [N-37, N-54]';
alter function authz.record_deployment_event(text, text, jsonb) owner to cordon_definer;
revoke all on function authz.record_deployment_event(text, text, jsonb) from public;

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

-- authz.activity_keys: the types of the activity log and what each must say. A table of constants, so that a CHECK can ask it.
create or replace function authz.activity_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'case.opened' then '{status,priority}'
    when 'case.status_changed' then '{from,to}'
    when 'case.priority_changed' then '{from,to}'
    when 'case.reopened' then '{from,to,reason}'
    when 'case.archived' then '{status}'
    when 'case.restored' then '{status}'
    when 'admission.planned' then '{}'
    when 'admission.admitted' then '{bed_id}'
    when 'admission.moved' then '{from,to}'
    when 'admission.case_changed' then '{from,to}'
    when 'admission.discharged' then '{bed_id,disposition}'
    when 'admission.cancelled' then '{}'
    when 'admission.archived' then '{status,bed_id}'
    when 'admission.restored' then '{status,bed_id}'
    when 'transfer.requested' then '{}'
    when 'transfer.dispatched' then '{transport_organisation_id}'
    when 'transfer.status_changed' then '{from,to}'
    when 'transfer.case_changed' then '{from,to}'
    when 'transfer.archived' then '{status}'
    when 'transfer.restored' then '{status}'
    when 'transfer_job.received' then '{origin_organisation_id}'
    when 'transfer_job.status_changed' then '{from,to}'
    when 'transfer_job.assigned' then '{vehicle_id,driver_id}'
    when 'transfer_job.released' then '{vehicle_id,driver_id}'
    when 'transfer_job.attendant_changed' then '{vehicle_id,from,to}'
    when 'signed_form.drafted' then '{template_id}'
    when 'signed_form.signed' then '{content_sha256}'
    when 'signed_form.terminated' then '{content_sha256}'
    when 'document.requested' then '{kind}'
    when 'document.status_changed' then '{from,to}'
    when 'invoice.attached' then '{}'
    when 'invoice.detached' then '{}'
    when 'invoice.frozen_write_suppressed' then '{operation}'
    when 'invoice_line.frozen_write_suppressed' then '{operation}'
    when 'payment.frozen_write_suppressed' then '{operation}'
  end;
end
$$;
comment on function authz.activity_keys(text) is
  'Keys that the details of an event must carry, all of them and no other; NULL for an unknown type. [S-19]';
revoke all on function authz.activity_keys(text) from public;
grant execute on function authz.activity_keys(text) to cordon_definer;

-- authz.app_event_types: what an application may tell. A list of constants, so that a CHECK can ask it: a type in words of the application's own
-- would be free text, in which a name stands sooner or later.
create or replace function authz.app_event_types()
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{request.failed,request.refused,request.slow,client.failed,job.started,job.finished,job.failed,integration.failed,integration.recovered,'
    'delivery.failed,storage.failed}';
end
$$;
comment on function authz.app_event_types() is
  'The types of application events, all of them. [S-39]';
revoke all on function authz.app_event_types() from public;
grant execute on function authz.app_event_types() to cordon_definer;

-- authz.has_hidden_signs: whether a name carries what nobody sees, or what turns or hides what stands beside it: controls, what has no width or no
-- place, the other direction. Joiners are left to it, being part of names in Persian and Indic scripts.
create or replace function authz.has_hidden_signs(value text)
  returns boolean
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return value ~ E'[\u0001-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]';
end
$$;
comment on function authz.has_hidden_signs(text) is
  'Whether a text carries controls, signs without width or place, or overrides of direction. [N-22, S-07, S-31]';
revoke all on function authz.has_hidden_signs(text) from public;
grant execute on function authz.has_hidden_signs(text) to cordon_definer;

-- authz.is_out_of_reach: whether policies will refuse a write of the caller's to this organisation anyway. A BEFORE trigger
-- runs before the policy's check: one that looked at another tenant's rows, or waited for their locks, would tell of them, and one that recorded
-- would write there. It opens nothing and is asked for each row: whether a member's session still lives is left to the policy. Of operations,
-- the agents alone write to rows of organisations. A member is one under every role: who has put theirs off is looked at all the same. The trigger makes it a row of no organisation: the
-- policy may have been asked under another role, and would let in what nobody looked at.
create or replace function authz.is_out_of_reach(organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.subject(); -- by itself: inside the query it is asked again wherever a plan compares with it
begin
  if exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = is_out_of_reach.organisation_id
      and m.user_id = v_user_id
  ) then
    return false;
  end if;
  return case current_setting('role')
    when 'authenticated' then true
    when 'internal_ops' then not authz.is_operator('{ops_agent}')
    when 'patient' then not is_out_of_reach.organisation_id = any (authz.patient_organisation_ids())
    else not authz.is_system()
  end;
end
$$;
comment on function authz.is_out_of_reach(uuid) is
  'Whether a caller writes to an organisation that they do not reach, so that a trigger must not look. [S-04]';
alter function authz.is_out_of_reach(uuid) owner to cordon_definer;
revoke all on function authz.is_out_of_reach(uuid) from public;

-- authz.require_read_committed: a write that must see what others have just committed cannot run on an older snapshot.
create or replace function authz.require_read_committed()
  returns void
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'this write has to run in READ COMMITTED'
      using errcode = 'CD007', hint = 'Begin the transaction without an isolation level.';
  end if;
end
$$;
comment on function authz.require_read_committed() is
  'CD007 above READ COMMITTED. [N-27, N-45, S-16]';
revoke all on function authz.require_read_committed() from public;
grant execute on function authz.require_read_committed() to cordon_definer;

-- authz.lock_patient: makes changes that project a patient's state onto other rows follow each other, until the
-- transaction ends. Without it, the later commit could carry the older answer. A row lock, not an advisory one: anybody
-- may take those by name, and they fill shared memory. READ COMMITTED only: an older snapshot would not see what the
-- lock waited for, and would leave a gate open for good.
create or replace function authz.lock_patient(organisation_id uuid, patient_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  perform
  from public.patients as p
  where p.organisation_id = lock_patient.organisation_id
    and p.id = lock_patient.patient_id
  for no key update;
end
$$;
comment on function authz.lock_patient(uuid, uuid) is
  'Serialises the projections of one patient for the rest of the transaction; CD007 above READ COMMITTED. [N-27, N-45]';
alter function authz.lock_patient(uuid, uuid) owner to cordon_definer;
revoke all on function authz.lock_patient(uuid, uuid) from public;

-- authz.record_security_event: one event, by whoever acts now, from where. For triggers and functions of ours: no caller may execute it. It is
-- written in the transaction of what it tells, so that neither stands without the other; what was refused stands in the access log.
create or replace function authz.record_security_event(organisation_id uuid, event_type text, entity_id uuid, details jsonb)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_address constant inet := authz.client_address();
begin
  -- In mid-statement a caller can have put off the claims under which they were let in.
  if v_caller.user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  insert into audit.security_events
    (organisation_id, event_type, entity_id, actor_user_id, actor_realm, session_id, client_address, address_source, user_agent, details)
  values (
    organisation_id, event_type, entity_id, v_caller.user_id, authz.acting_realm(), v_caller.session_id,
    v_address, case when v_address is null then 'unknown' else 'edge' end, authz.user_agent(), details
  );
end
$$;
comment on function authz.record_security_event(uuid, text, uuid, jsonb) is
  'Writes one row into audit.security_events: organisation, type, the id of what it is about, and the keys of its type. 42501 for a caller without a live session. [N-37]';
alter function authz.record_security_event(uuid, text, uuid, jsonb) owner to cordon_definer;
revoke all on function authz.record_security_event(uuid, text, uuid, jsonb) from public;

-- authz.security_event_keys: the types of security events and what each must say. A table of constants, so that a CHECK can ask it. What has
-- no organisation (catalog, deployment, operator, key) stands in audit.deployment_events, all else in audit.security_events.
create or replace function authz.security_event_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'emergency_access.opened' then '{patient_id,expires_at}'
    when 'emergency_access.closed' then '{patient_id}'
    when 'emergency_access.reviewed' then '{patient_id,outcome}'
    when 'membership.granted' then '{user_id,role,capabilities}'
    when 'membership.accepted' then '{user_id}'
    when 'membership.role_changed' then '{user_id,from,to}'
    when 'membership.capabilities_changed' then '{user_id,from,to}'
    when 'membership.validity_changed' then '{user_id,from,to}'
    when 'membership.ended' then '{user_id}'
    when 'membership.resumed' then '{user_id}'
    when 'patient_account.proposed' then '{user_id,patient_id,relationship}'
    when 'patient_account.opened' then '{user_id,patient_id,relationship}'
    when 'patient_account.revoked' then '{user_id,patient_id,relationship}'
    when 'care_relationship.opened' then '{user_id,patient_id,ground,starts_at,ends_at}'
    when 'care_relationship.period_changed' then '{user_id,patient_id,from,to}'
    when 'care_relationship.archived' then '{user_id,patient_id}'
    when 'organisation.archived' then '{}'
    when 'organisation.restored' then '{archived_at,archived_by_user_id}'
    when 'organisation.regime_changed' then '{from,to}'
    when 'organisation.hours_changed' then '{from,to}'
    when 'organisation.timezone_changed' then '{from,to}'
    when 'organisation.kind_changed' then '{from,to}'
    when 'organisation.name_changed' then '{from,to}'
    when 'organisation.legal_bases_changed' then '{from,to}'
    when 'organisation.network_changed' then '{from,to}'
    when 'organisation.retention_changed' then '{from,to}'
    when 'chart.overwritten' then '{table,columns}'
    when 'payment.archived' then '{invoice_id,amount_minor,currency}'
    when 'payment.restored' then '{invoice_id,amount_minor,currency}'
    when 'medical_record.unprotected' then '{}'
    when 'frozen_write.suppressed' then '{event_id,what,operation}'
    when 'signed_form.terminated' then '{termination_sha256}'
    when 'data.exported' then '{kind}'
    when 'smart_insights.switched' then '{enabled}'
    when 'deployment.settings_changed' then '{from,to}'
    when 'key.rotated' then '{from,to}'
    when 'operator.granted' then '{role}'
    when 'operator.role_changed' then '{from,to}'
    when 'operator.ended' then '{role}'
    when 'operator.resumed' then '{role}'
    when 'catalog.ddl' then '{command}'
    when 'catalog.first_seen' then '{kind,from,to}'
    when 'catalog.trigger_added' then '{kind,from,to}'
    when 'catalog.trigger_changed' then '{kind,from,to}'
    when 'catalog.trigger_disabled' then '{kind,from,to}'
    when 'catalog.trigger_dropped' then '{kind,from,to}'
    when 'catalog.policy_added' then '{kind,from,to}'
    when 'catalog.policy_altered' then '{kind,from,to}'
    when 'catalog.policy_dropped' then '{kind,from,to}'
    when 'catalog.row_security_on' then '{kind,from,to}'
    when 'catalog.row_security_off' then '{kind,from,to}'
    when 'catalog.table_added' then '{kind,from,to}'
    when 'catalog.table_dropped' then '{kind,from,to}'
    when 'catalog.owner_added' then '{kind,from,to}'
    when 'catalog.owner_changed' then '{kind,from,to}'
    when 'catalog.owner_dropped' then '{kind,from,to}'
    when 'catalog.function_added' then '{kind,from,to}'
    when 'catalog.function_changed' then '{kind,from,to}'
    when 'catalog.function_dropped' then '{kind,from,to}'
    when 'catalog.rights_added' then '{kind,from,to}'
    when 'catalog.rights_changed' then '{kind,from,to}'
    when 'catalog.rights_dropped' then '{kind,from,to}'
    when 'catalog.view_added' then '{kind,from,to}'
    when 'catalog.view_changed' then '{kind,from,to}'
    when 'catalog.view_dropped' then '{kind,from,to}'
    when 'catalog.rule_added' then '{kind,from,to}'
    when 'catalog.rule_changed' then '{kind,from,to}'
    when 'catalog.rule_dropped' then '{kind,from,to}'
    when 'catalog.constraint_added' then '{kind,from,to}'
    when 'catalog.constraint_changed' then '{kind,from,to}'
    when 'catalog.constraint_dropped' then '{kind,from,to}'
    when 'catalog.event_trigger_added' then '{kind,from,to}'
    when 'catalog.event_trigger_changed' then '{kind,from,to}'
    when 'catalog.event_trigger_disabled' then '{kind,from,to}'
    when 'catalog.event_trigger_dropped' then '{kind,from,to}'
    when 'catalog.bypass_granted' then '{kind,from,to}'
    when 'catalog.bypass_revoked' then '{kind,from,to}'
    when 'catalog.membership_granted' then '{kind,from,to}'
    when 'catalog.membership_revoked' then '{kind,from,to}'
    when 'catalog.table_published' then '{kind,from,to}'
    when 'catalog.table_unpublished' then '{kind,from,to}'
  end;
end
$$;
comment on function authz.security_event_keys(text) is
  'Keys that the details of a security event must carry, all of them and no other; NULL for an unknown type. [N-37]';
revoke all on function authz.security_event_keys(text) from public;
grant execute on function authz.security_event_keys(text) to cordon_definer;

-- authz.tg__consent: the column is a projection; nobody else writes it. A row created after the consent starts out with
-- the right answer. Argument: the column that names the patient.
create or replace function authz.tg__consent()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Only an INSERT can be out of reach: what is updated has been seen. Asked of an UPDATE, it would believe a clinic
  -- that the caller switched to in between, and blank the row.
  if tg_op = 'INSERT' and authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null; -- no policy lets it in
    new.treatment_consent_until := null;
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_chart(new.organisation_id, v_patient_id, 'treatment');
  end if;
  new.treatment_consent_until := authz.treatment_consent_until(new.organisation_id, v_patient_id);
  return new;
end
$$;
comment on function authz.tg__consent() is
  'Recomputes treatment_consent_until on every write: a value sent by anyone is ignored. [N-45]';
alter function authz.tg__consent() owner to cordon_definer;
revoke all on function authz.tg__consent() from public;

-- authz.tg__labels: what people tell one thing from another by is what they see: a bed of no label, or with the label of another and a sign without width
-- behind it, is a bed that somebody else lies in; a payer, a contact or a licence is copied from the screen. A number is written in one way, a name
-- keeps what belongs to it, joiners and the shapes of signs. A trigger and no CHECK: what was written before anybody asked would be refused at its
-- next change, as a bed that nobody could leave. Arguments: the table, number or name, then the columns.
create or replace function authz.tg__labels()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
  v_label text;
begin
  for v_place in 2..tg_nargs - 1 loop
    v_label := v_row ->> tg_argv[v_place];
    if v_label = ''
      or v_label <> authz.trimmed(v_label)
      or authz.has_hidden_signs(v_label)
      or (tg_argv[1] = 'number' and (v_label ~ E'[\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff]' or v_label is not nfc normalized))
    then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_row -> tg_argv[v_place] is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% has blanks at its ends, hidden signs, or no composed form', tg_argv[0], tg_argv[v_place]
          using errcode = 'check_violation', hint = 'Leave out blanks at its ends and signs that nobody sees; write a number or label in composed form (NFC).';
      end if;
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__labels() is
  'Refuses with 23514 a label with signs that nobody sees, blanks at its ends, or nothing in it; and a number that is not NFC. [S-04, S-17, S-31]';
alter function authz.tg__labels() owner to cordon_definer;
revoke all on function authz.tg__labels() from public;

-- authz.tg__lasting: a row stays the one that it is, and its patient's. Keys hold one column against another, and not against both at once: one
-- statement that writes a record and its details, or an invoice with lines and payments, puts them into another chart, or on another's account, and
-- nobody is told. Under another id it is a record that nobody has read: the access log, and what was sealed, tell of the one before. Its triggers say
-- in WHEN what changed.
create or replace function authz.tg__lasting()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'a row of % stays what it is, and whose', tg_argv[0]
    using errcode = 'CD014', hint = 'Archive it or end it, and write another: what was recorded of this one stays true.';
end
$$;
comment on function authz.tg__lasting() is
  'Refuses with CD014 that a row takes another id, or becomes another patient''s or person''s. Argument: the table''s name. [N-37, S-16]';
revoke all on function authz.tg__lasting() from public;

-- authz.tg__lists: a list is one of texts: a list of lists holds for the policies, which ask arrays, and is nothing to the explanations and the tickets to
-- read documents, which ask JSON; the next version of a record cannot be joined to it. Nor is one as long as anybody likes. A trigger and no CHECK: what
-- was written before anybody asked would be refused at its next change, as a member who could not be suspended any more. Its triggers call it for
-- such rows alone. Arguments: the table, then its columns.
create or replace function authz.tg__lists()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
  v_list jsonb;
begin
  for v_place in 1..tg_nargs - 1 loop
    v_list := v_row -> tg_argv[v_place];
    if jsonb_typeof(v_list) = 'array' and (v_list @? 'strict $[*] ? (@.type() != "string")' or jsonb_array_length(v_list) > 50) then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_list is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% takes one list of texts', tg_argv[0], tg_argv[v_place]
          using errcode = 'check_violation', hint = 'Give an array of one dimension, of at most 50 texts and without NULL.';
      end if;
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__lists() is
  'Refuses with 23514 an array of arrays, of more than 50 texts, or with NULL among them. [N-01, N-04, N-08]';
revoke all on function authz.tg__lists() from public;

-- authz.tg__no_secrets: card numbers, national ids and signed links are not stored, wherever somebody types them (S-10, S-37, S-38). A trigger and no CHECK:
-- whose violation shows the whole row to the server's key and to its log. Arguments: the table, then its columns of free text.
create or replace function authz.tg__no_secrets()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
  v_secret text;
begin
  for v_place in 1..tg_nargs - 1 loop
    v_secret := authz.secret_in(v_row ->> tg_argv[v_place]);
    if v_secret is not null then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_row -> tg_argv[v_place] is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% carries a %', tg_argv[0], tg_argv[v_place], v_secret
          using errcode = 'CD016', hint = 'Leave it out; of a number the last four digits are enough, of a document its bucket and path.';
      end if;
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__no_secrets() is
  'Refuses with CD016 text that carries a card number, a national id or a signed link, and does not repeat it. [S-10, S-37, S-38, S-39]';
alter function authz.tg__no_secrets() owner to cordon_definer;
revoke all on function authz.tg__no_secrets() from public;

-- authz.tg__no_truncate: a TRUNCATE asks no row trigger, so none is let through.
create or replace function authz.tg__no_truncate()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% is never emptied', tg_argv[0]
    using errcode = 'CD014', hint = 'Archive the rows; retention removes what may go.';
end
$$;
comment on function authz.tg__no_truncate() is
  'Refuses TRUNCATE with CD014. Argument: the table''s name. [S-34]';
revoke all on function authz.tg__no_truncate() from public;

-- authz.tg__patient_status: what is known of a patient is hidden with the patient (N-27). The status stands on the row
-- itself, because a policy may not join; nobody else writes it. It locks nothing: a wait for a stranger's patient would tell of
-- them before the policy has spoken; authz.tg__patient_status_kept locks after it. Argument: the column that names the patient.
create or replace function authz.tg__patient_status()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Whoever changes the patient writes NULL here: a row that says what it said is as the last of them left it.
  if tg_op = 'UPDATE' and new.patient_status is not distinct from old.patient_status then
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  -- A patient that does not exist counts as archived: the foreign key refuses it for who gets past the policy.
  new.patient_status := coalesce(
    (
      select case when p.archived_at is null then p.status else 'archived' end
      from public.patients as p
      where p.organisation_id = new.organisation_id
        and p.id = v_patient_id
    ),
    'archived'
  );
  return new;
end
$$;
comment on function authz.tg__patient_status() is
  'Recomputes patient_status wherever it is written: a value sent by anyone is ignored. [N-27]';
alter function authz.tg__patient_status() owner to cordon_definer;
revoke all on function authz.tg__patient_status() from public;

-- authz.tg__patient_status_kept: rows of a statement follow or precede every change of their patients, each locked once. Whoever changed one
-- meanwhile did not see the new rows: they are computed again. After the policy has spoken, so that nobody waits for a stranger's lock.
-- Argument: the column that names the patient.
create or replace function authz.tg__patient_status_kept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant text := tg_argv[0];
  v_has_changed boolean;
begin
  -- Asked where it would refuse: a query less for everybody else.
  if current_setting('transaction_isolation') <> 'read committed' then
    perform authz.require_read_committed() from changed as c limit 1;
  end if;
  -- What was waited for is compared as the lock found it.
  if v_key = 'id' then
    v_has_changed := bool_or(l.has_changed)
    from (
      select c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end as has_changed
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.id
      order by p.organisation_id, p.id
      for no key update of p
    ) as l;
  else
    v_has_changed := bool_or(l.has_changed)
    from (
      select c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end as has_changed
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.patient_id
      order by p.organisation_id, p.id
      for no key update of p
    ) as l;
  end if;
  if v_has_changed then
    execute format(
      'update %I.%I as t set patient_status = null from changed as c where t.organisation_id = c.organisation_id and t.id = c.id',
      tg_table_schema, tg_table_name
    );
  end if;
  return null;
end
$$;
comment on function authz.tg__patient_status_kept() is
  'Locks the patients of new rows, and computes their status again where one changed meanwhile; CD007 above READ COMMITTED. [N-27]';
alter function authz.tg__patient_status_kept() owner to cordon_definer;
revoke all on function authz.tg__patient_status_kept() from public;

-- authz.tg__read_committed: who may act, for whom and when is written by who may do so now. In an older snapshot they still may whose membership or
-- account ended meanwhile: a transaction that began before would open to others, hours later, what is closed to its own. Its trigger says in WHEN
-- that the transaction has one.
create or replace function authz.tg__read_committed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'this write has to run in READ COMMITTED'
    using errcode = 'CD007', hint = 'Begin the transaction without an isolation level.';
end
$$;
comment on function authz.tg__read_committed() is
  'Refuses with CD007 a write that opens something to somebody, in a snapshot that may be older than the right of who writes. [N-16, S-03]';
revoke all on function authz.tg__read_committed() from public;

-- authz.tg__recorded: a record is written by the function that saw what it tells, and by nobody's say-so. Ours write as the definer.
create or replace function authz.tg__recorded()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_user <> 'cordon_definer' then
    raise exception '% is written by functions only', tg_argv[0]
      using errcode = 'CD014', hint = 'Do what it tells of: that records it.';
  end if;
  return new;
end
$$;
comment on function authz.tg__recorded() is
  'Refuses with CD014 a row that no function of ours wrote. Argument: the table''s name. [N-36, N-37]';
revoke all on function authz.tg__recorded() from public;

-- authz.tg__stamp: who did what and when, on every row and every path; what a client sends is overwritten (S-16). It believes the token's subject,
-- which costs a tenth of asking whether the session lives; authz.tg__stamped asks that, once for all rows of the statement. Definer, because
-- callers have no USAGE on authz. archived_at is the transaction's time, not the clock's: policies show a row archived by the running transaction,
-- since PostgreSQL holds an updated row against the SELECT policy. It stays archived there: what looked away from it meanwhile would not look
-- again. Later it comes back where a rule shows it; the server and the owner repair.
create or replace function authz.tg__stamp()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.subject();
begin
  -- Policies looked the caller up before; who is gone in mid-statement took claims or role away to sign as nobody.
  if v_user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of the token for the whole statement.';
  end if;
  new.updated_at := clock_timestamp();
  new.updated_by_user_id := v_user_id;
  new.actor_kind := case when v_user_id is null then 'system' else 'user' end;

  if tg_op = 'INSERT' then
    new.created_at := new.updated_at;
    new.created_by_user_id := v_user_id;
    new.archived_at := null;
    new.archived_by_user_id := null;
    return new;
  end if;

  new.created_at := old.created_at;
  new.created_by_user_id := old.created_by_user_id;
  if new.archived_at is null and (old.archived_at is null or old.archived_at <> now() or authz.is_system()) then
    new.archived_by_user_id := null;
  elsif old.archived_at is null then
    new.archived_at := now();
    new.archived_by_user_id := v_user_id;
  else
    new.archived_at := old.archived_at;
    new.archived_by_user_id := old.archived_by_user_id;
  end if;
  return new;
end
$$;
comment on function authz.tg__stamp() is
  'Stamps created_*, updated_*, archived_* and actor_kind; client values are ignored. Who is stamped is verified by tg__stamped. [S-16]';
alter function authz.tg__stamp() owner to cordon_definer;
revoke all on function authz.tg__stamp() from public;

-- authz.tg__stamped: whether the user whom tg__stamp wrote on the rows of this statement is the verified caller. One who changed the claims
-- in mid-statement, or whose session has ended, has signed as somebody else: nothing of the statement remains. Nor does anything of one that waited for a
-- lock, of their own other connection's maybe, until they were put out: policies and functions asked who they are when it began. This asks again, at its
-- end, in the newest snapshot: whether they are in anywhere, and whether a row is of where they were in when it began, and are no more: whoever is in at
-- two clinics, or is the guardian of two patients, chooses the other meanwhile. STABLE, which says what it sees: the snapshot of the statement. What is
-- about a login itself, such as agreeing to a membership, is theirs who is no member.
create or replace function authz.tg__stamped()
  returns trigger
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
begin
  -- Whom to compare with is asked where there is a row to compare, and once.
  if not exists (select from changed) then
    return null;
  end if;
  -- Where they stood is dear to ask, twice, and of nobody but who was overtaken.
  v_caller := authz.caller_by_now(
    case when authz.has_moved_on(pg_current_snapshot()) then authz.places_of(authz.subject()) else '{}' end
  );
  if exists (select from changed as c where c.updated_by_user_id is distinct from v_caller.user_id) then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  if (not v_caller.is_in or v_caller.lost <> '{}') and exists (
    select
    from changed as c
    cross join to_jsonb(c) as r
    where v_caller.user_id::text is distinct from coalesce(r ->> 'accepted_by_user_id', r ->> 'user_id')
      and (
        not v_caller.is_in
        or r ->> 'organisation_id' = any (v_caller.lost)
        or (r ->> 'organisation_id') || '/' || (r ->> 'patient_id') = any (v_caller.lost)
      )
  ) then
    raise exception 'no longer yours to write'
      using errcode = 'insufficient_privilege', hint = 'The membership, office or portal account ended while the statement ran.';
  end if;
  return null;
end
$$;
comment on function authz.tg__stamped() is
  'Refuses with 42501 a statement whose rows are stamped with anybody but the verified caller, or whose caller was put out, anywhere or where a row is, while it ran. [N-16, S-16]';
alter function authz.tg__stamped() owner to cordon_definer;
revoke all on function authz.tg__stamped() from public;

-- authz.tg__status_stamp: when and by whom a status last flipped. No column list on its trigger: "update of status"
-- misses a flip made by another trigger. A forged stamp without a flip is reverted. After tg__stamp, whose user it takes.
create or replace function authz.tg__status_stamp()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' or new.status is distinct from old.status then
    new.last_status_change_at := clock_timestamp();
    new.last_status_change_by_user_id := new.updated_by_user_id;
  else
    new.last_status_change_at := old.last_status_change_at;
    new.last_status_change_by_user_id := old.last_status_change_by_user_id;
  end if;
  return new;
end
$$;
comment on function authz.tg__status_stamp() is
  'Stamps last_status_change_* when status flips, by any path. [S-16]';
revoke all on function authz.tg__status_stamp() from public;

-- authz.tg__tenant: a row never changes its tenant (S-03), and who bypasses row-level security must say which
-- tenant is meant (S-05). Invoker, with built-ins only: row_security_active() must be asked for the caller.
create or replace function authz.tg__tenant()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and new.organisation_id is distinct from old.organisation_id then
    raise exception 'a row of % never changes its organisation', tg_argv[0]
      using errcode = 'CD003', hint = 'Create a new row in the other organisation.';
  end if;
  if not row_security_active(tg_relid)
    and lower(nullif(current_setting('app.pinned_organisation_id', true), '')) is distinct from new.organisation_id::text
  then
    raise exception 'a write to % that bypasses row-level security is not pinned to the organisation of the row', tg_argv[0]
      using errcode = 'CD004',
        hint = 'select set_config(''app.pinned_organisation_id'', <organisation id>, true) in the same transaction.';
  end if;
  return new;
end
$$;
comment on function authz.tg__tenant() is
  'Keeps organisation_id unchanged and demands a pin of roles that bypass RLS. Argument: the table''s name. [S-03, S-05]';
revoke all on function authz.tg__tenant() from public;

-- authz.tg__transition: a status follows from the one before, for whom it may (S-18). Arguments: the table's name, and the state in which
-- rows are born as a rule, which is not looked up for each of them.
create or replace function authz.tg__transition()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm text;
  v_from text;
  v_allowed text;
begin
  if tg_op = 'UPDATE' then
    if new.status is not distinct from old.status then
      return new;
    end if;
    v_from := old.status;
  elsif new.status = tg_argv[1] then
    return new;
  end if;
  v_realm := authz.acting_realm();
  if exists (
    select
    from authz.state_transitions as t
    where t.table_name = tg_argv[0]
      and t.from_state is not distinct from v_from
      and t.to_state = new.status
      and (t.realms is null or v_realm = any (t.realms))
  ) then
    return new;
  end if;
  select string_agg(t.to_state, ', ' order by t.to_state)
    into v_allowed
    from authz.state_transitions as t
   where t.table_name = tg_argv[0]
     and t.from_state is not distinct from v_from
     and (t.realms is null or v_realm = any (t.realms));
  raise exception '% cannot go from % to %', tg_argv[0], coalesce(v_from, 'nothing'),
      -- What a client sent is repeated only where it is one of ours.
      coalesce((select min(t.to_state) from authz.state_transitions as t where t.table_name = tg_argv[0] and t.to_state = new.status), 'an unknown state')
    using errcode = 'CD013', detail = 'Allowed here: ' || coalesce(v_allowed, 'nothing, it is an end') || '.',
      hint = 'Take one of the allowed steps; the table authz.state_transitions lists them all.';
end
$$;
comment on function authz.tg__transition() is
  'Refuses with CD013 a step that authz.state_transitions does not list for the caller''s realm. [S-18]';
alter function authz.tg__transition() owner to cordon_definer;
revoke all on function authz.tg__transition() from public;

-- authz.tg__whose: what lets one person in, or keeps one out, never becomes another's. Agreed to by one, confirmed and told of as theirs, it would let
-- in a second whom nobody asked, and of whom no record tells: by the server's key, or the owner's hand. A case shows operations its patient, which is
-- written down as a disclosure of that one. Its triggers say in WHEN what changed.
create or replace function authz.tg__whose()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'whose this row is cannot change'
    using errcode = 'CD014', hint = 'End or archive it, and write another: whoever it is of agrees to it, and its beginning is on record.';
end
$$;
comment on function authz.tg__whose() is
  'Refuses with CD014 that what gives or denies one person access, or shows one, becomes another''s. [N-15, N-21, N-37, S-29]';
revoke all on function authz.tg__whose() from public;

-- authz.tg__words: what is to be said is said in words, by whoever writes it: a reason of tabs, or of what has no width, is none to who reads it. A
-- trigger and no CHECK: what was written before anybody asked would be refused at its next change, as a hold that could not be released any more.
-- Arguments: the table, then a column and how many signs it takes at least, and the next.
create or replace function authz.tg__words()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
begin
  for v_place in 1..tg_nargs - 1 by 2 loop
    if length(authz.trimmed(v_row ->> tg_argv[v_place])) < tg_argv[v_place + 1]::integer then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_row -> tg_argv[v_place] is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% takes words', tg_argv[0], tg_argv[v_place]
          using errcode = 'check_violation', hint = 'Say it in signs that somebody can see: blanks around them do not count.';
      end if;
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__words() is
  'Refuses with 23514 a text of less than so many signs without the blanks around it: no text of blanks is one. [N-37, N-49]';
alter function authz.tg__words() owner to cordon_definer;
revoke all on function authz.tg__words() from public;

-- authz.tg__archived: what is put away takes its part along, and back: a diagnosis, or why a patient comes, is a row of its own, which would otherwise
-- be read on without the record or appointment that it is of, by staff and on the portal. The argument names the table of the part, which has the same
-- id. What was put away for itself before stays where it is.
create or replace function authz.tg__archived()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    'update public.%I as part
        set archived_at = $1
      where part.organisation_id = $2
        and part.id = $3
        and part.archived_at is not distinct from $4',
    tg_argv[0]
  ) using new.archived_at, new.organisation_id, new.id, old.archived_at;
  return null;
end
$$;
comment on function authz.tg__archived() is
  'Puts the part of a row away with it, and brings back what was put away with it. Its trigger names the part, and says in WHEN that the row was. [N-01, N-15]';
alter function authz.tg__archived() owner to cordon_definer;
revoke all on function authz.tg__archived() from public;

-- authz.tg__in_person: what opens something is written by somebody who sits there, and by no client of a third party that they let in, nor by a token
-- that nobody can end: as with the function that writes the same, which asks for itself. Its trigger says in WHEN that none of ours writes.
create or replace function authz.tg__in_person()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_system() and authz.own_session_id() is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege',
        hint = 'This is said in a session, signed in oneself: keep its claims for the whole statement.';
  end if;
  return new;
end
$$;
comment on function authz.tg__in_person() is
  'Refuses with 42501 what is written through the client of a third party, or by a token without a session. [N-12, N-21, S-13]';
alter function authz.tg__in_person() owner to cordon_definer;
revoke all on function authz.tg__in_person() from public;

-- authz.tg__moments: when something was, is or will be, is a moment, or a day, of the calendar: infinity sorts beside all of them and is none; who lists,
-- counts or prints it says a year that nobody meant, or fails. A trigger and no CHECK: what was written before anybody asked would be refused at its next
-- change. Its triggers call it for such rows alone. An end that is never may be said as infinity, where NULL says it too: of those it is not asked.
-- Arguments: the table, then its columns.
create or replace function authz.tg__moments()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_row constant jsonb := to_jsonb(new);
begin
  for v_place in 1..tg_nargs - 1 loop
    if v_row ->> tg_argv[v_place] in ('infinity', '-infinity') then
      -- What stood there before is not this writer's.
      if tg_op = 'INSERT' or v_row -> tg_argv[v_place] is distinct from to_jsonb(old) -> tg_argv[v_place] then
        raise exception '%.% takes a moment', tg_argv[0], tg_argv[v_place]
          using errcode = 'check_violation', hint = 'Give a moment or a day of the calendar; infinity is none.';
      end if;
    end if;
  end loop;
  return new;
end
$$;
comment on function authz.tg__moments() is
  'Refuses with 23514 infinity and -infinity where a moment or a day is written. [S-16]';
revoke all on function authz.tg__moments() from public;

-- authz.tg__overwritten: what a chart said and says no more, where no earlier version keeps it: who wrote over it, when, and which columns. Neither what
-- stood there nor its digest: there are so few diagnoses that whoever reads events could try them all. What was empty is no loss.
create or replace function authz.tg__overwritten()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_before constant jsonb := to_jsonb(old);
  v_after constant jsonb := to_jsonb(new);
  v_columns constant text[] := array(
    select c.name
    from unnest(tg_argv) with ordinality as c (name, place)
    where v_before -> c.name <> v_after -> c.name
      and v_before -> c.name not in ('null', '[]', '{}', '""')
    order by c.place
  );
begin
  if v_columns <> '{}' then
    perform authz.record_security_event(
      new.organisation_id, 'chart.overwritten', new.id, jsonb_build_object('table', tg_table_name, 'columns', v_columns)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg__overwritten() is
  'Records which columns of a chart were written over, and never with what. Arguments: the columns that are told of. [N-37, S-16]';
alter function authz.tg__overwritten() owner to cordon_definer;
revoke all on function authz.tg__overwritten() from public;

-- authz.tg__settled: an entry of a chart is its author's, for a day: who errs at the end of a shift mends it until the next one has taken over and relied
-- on it. After that, or by anybody else, what it says changes by a version that supersedes it, which leaves what stood there (45 CFR 164.526(c)(1), Lei
-- 13.787/2018 art. 2). A diagnosis that is added says more of the record that it stands under, and is its author's as well. An entry without an author,
-- which a server wrote, is nobody's to write over. The server repairs, of which the events tell. Of a change its trigger says in WHEN what changed, and
-- stands behind the stamp: who is stamped on the row is verified at the end of the statement. Of what is added it is asked after the row is in: whose
-- the record is, is told to nobody whom the policies refuse.
create or replace function authz.tg__settled()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_window constant interval := '24 hours';
  v_author uuid;
  v_written_at timestamptz;
begin
  if authz.is_system() then
    return new;
  end if;
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_author := old.created_by_user_id;
    v_written_at := old.created_at;
  else
    select r.created_by_user_id, r.created_at
      into v_author, v_written_at
      from public.medical_records as r
     where r.organisation_id = new.organisation_id
       and r.id = new.id;
  end if;
  if v_author = new.updated_by_user_id and v_written_at > authz.now() - v_window then
    return new;
  end if;
  raise exception 'an entry of a chart is changed by its author, within a day'
    using errcode = 'CD011', hint = 'Record a new version that supersedes it: the record''s supersedes_id.';
end
$$;
comment on function authz.tg__settled() is
  'Refuses with CD011 that an entry of a chart is written over, or given its details, by another than its author, or later than a day after it was written. [N-37, S-16]';
alter function authz.tg__settled() owner to cordon_definer;
revoke all on function authz.tg__settled() from public;

revoke create on schema authz from cordon_definer;

-- migrate:down
