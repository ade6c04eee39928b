-- migrate:up
-- Why: Card numbers, national ids and signed links passed between other signs, in other scripts and in headers; names took what cannot be seen
-- Access: +1 grant, 3 definer functions
--   + cordon_definer may execute function authz.has_hidden_signs(text)
--   ~ public.accept_invitation is written, and runs with the rights of its owner
--   ~ public.issue_upload_grant is written, and runs with the rights of its owner
--   ~ public.sign_form is written, and runs with the rights of its owner
--   widens: authz.is_national_id(text), which 10 functions, 241 policies and 29 triggers ask, has another text
--   widens: authz.printable(text, integer), which 9 functions, 241 policies and 5 triggers ask, is stable instead of immutable, has another text
--   widens: authz.secret_in(text), which 10 functions, 241 policies and 29 triggers ask, has another text
--   widens: public.accept_invitation(text, text), callable by clinic staff, has another text
--   widens: public.issue_upload_grant(uuid, text, text, text, bigint), callable by clinic staff, has another text
--   widens: public.sign_form(uuid, text, text, text), callable by clinic staff and patients, has another text
-- Locks: 3 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.organisation_networks
--   SHARE ROW EXCLUSIVE public.profiles
--   ROW EXCLUSIVE governance.export_exclusions

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What staff say to their auditors is theirs to say freely, as the reason of an emergency access is: purpose, moment and realm of the read stay in the export.
insert into governance.export_exclusions (schema_name, table_name, column_name, reason)
values ('audit', 'access_log', 'justification', 'what staff said in confidence to their auditors; the access, its moment and its purpose are in the export');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- authz.printable: what a client says, as it is kept: one line, without what a terminal or a page would act on, bounded, and nothing of what is
-- never stored: records are sealed, and a header is no place that could be refused without failing the read that it came with.
create or replace function authz.printable(value text, length integer)
  returns text
  language plpgsql
  stable
  strict
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_kept text := left(value, length);
begin
  if v_kept ~ '[[:cntrl:]]' then
    v_kept := regexp_replace(v_kept, '[[:cntrl:]]', ' ', 'g');
  end if;
  -- The agents of browsers, which stand on every record, have nothing that could be one: asking costs as much as the record does.
  if (octet_length(v_kept) <> length(v_kept) or v_kept ~ E'[=%&<\\\\]|://|/v1|([0-9][^A-Za-z]{0,6}){9}')
    and authz.secret_in(v_kept) is not null
  then
    return left('[withheld]', length);
  end if;
  return nullif(v_kept, '');
end
$$;
comment on function authz.printable(text, integer) is
  'The text without control characters, at most so many characters; NULL for an empty one, [withheld] for one with a card number, a national id or a signed link. [N-35, S-10, S-37, S-38]';

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

-- public.accept_invitation: makes a member of whoever holds the token and has confirmed the address that it was sent to. Once, in time, and
-- only while the inviter could still invite: who left, or was put below, brings nobody in. Whatever is wrong, the answer is the same.
create or replace function public.accept_invitation(token text, display_name text default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_email constant text := authz.normal_address(authz.confirmed_address(v_caller.user_id));
  v_name constant text := authz.trimmed(display_name);
  v_parts constant text[] := string_to_array(token, '.');
  v_organisation_id uuid;
  v_role text;
  v_capabilities text[];
begin
  if v_caller.user_id is null or v_caller.session_id is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Sign in with the password; a link from a mail is not enough.';
  end if;
  if length(v_name) > 200 then
    raise exception 'the name is too long'
      using errcode = 'CD043', hint = 'Give at most 200 characters.';
  end if;
  -- Colleagues and patients read it in lists, beside other names.
  if authz.has_hidden_signs(v_name) then
    raise exception 'the name has signs that nobody sees'
      using errcode = 'CD043', hint = 'Give a name of one line, without signs that nobody sees.';
  end if;

  -- Two at once: the second waits for the first, and finds it accepted.
  begin
    update public.invitations as i
       set accepted_at = clock_timestamp(),
           accepted_by_user_id = v_caller.user_id
     where i.organisation_id = v_parts[1]::uuid
       and i.id = v_parts[2]::uuid
       and i.sha256 = authz.digest(token)
       and i.email = v_email
       and i.accepted_at is null
       and i.archived_at is null
       and i.expires_at > authz.now()
       and exists (
         select
         from authz.live_memberships as m
         where m.organisation_id = i.organisation_id
           and m.user_id = i.created_by_user_id
           and m.role = 'clinic_admin'
           and m.rank > i.rank
       )
    returning i.organisation_id, i.role, i.capabilities into v_organisation_id, v_role, v_capabilities;
  exception
    when invalid_text_representation then -- a token that holds no ids
      null;
  end;
  if v_organisation_id is null then
    raise exception 'invitation not found'
      using errcode = 'insufficient_privilege',
        hint = 'It may be over, used, taken back, or addressed to another login: sign in as whom it was sent to, or ask for a new one.';
  end if;

  insert into public.organisation_members (organisation_id, user_id, role, capabilities)
  values (v_organisation_id, v_caller.user_id, v_role, v_capabilities)
  on conflict do nothing;
  if not found then
    raise exception 'this login has a membership already'
      using errcode = 'CD043', hint = 'A clinic_admin changes it: an invitation revives no membership that was ended.';
  end if;
  update public.organisation_members as m
     set accepted_at = clock_timestamp()
   where m.organisation_id = v_organisation_id
     and m.user_id = v_caller.user_id;

  if v_name <> '' then
    update public.profiles as p
       set display_name = v_name
     where p.user_id = v_caller.user_id
       and p.display_name = 'Unnamed';
  end if;
  return v_organisation_id;
end
$$;
comment on function public.accept_invitation(text, text) is
  'Accepts an invitation for the caller''s confirmed address, once, and names a login that has no name yet; returns the organisation''s id. 42501 where there is none to accept, CD016 for a number in the name, CD043 for who is a member already, and for a name too long or with signs that nobody sees. [N-05, N-22, S-12, S-37]';

-- public.issue_upload_grant: who works in the clinic may bring one file for one of its patients, to a path that the database chooses. What
-- the grant says of type and size, the file must be.
create or replace function public.issue_upload_grant(
  patient_id uuid, kind text, file_name text, content_type text default null, size_bytes bigint default null
)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}');
  v_name constant text := authz.trimmed(file_name);
  v_type constant text := lower(btrim(split_part(content_type, ';', 1)));
  v_document_id constant uuid := authz.uuid_v7();
  v_grant jsonb;
begin
  if v_organisation_id is null or v_caller.session_id is null then
    raise exception 'documents are not yours to upload'
      using errcode = 'insufficient_privilege', hint = 'It takes a member of the clinic, signed in with a session.';
  end if;
  if coalesce(length(v_name), 0) not between 1 and 200 or v_name ~ E'[/\\\\]' or authz.has_hidden_signs(v_name) or v_name in ('.', '..') then
    raise exception 'a document needs the name of its file'
      using errcode = 'CD050', hint = '1 to 200 characters, without slashes and signs that nobody sees.';
  end if;
  if kind is null
    or kind not in ('report', 'image', 'referral', 'prescription', 'consent', 'identity', 'other', 'invoice', 'receipt', 'insurance')
  then
    raise exception 'unknown kind of document'
      using errcode = 'CD050',
        hint = 'One of report, image, referral, prescription, consent, identity, other, invoice, receipt, insurance.';
  end if;
  if v_type !~ '^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}$' or size_bytes not between 1 and 52428800 then
    raise exception 'a document is of one type, and has 1 to 52428800 bytes'
      using errcode = 'CD050', hint = 'Give a type like application/pdf, and the size of the file; or leave both to the bucket.';
  end if;
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = issue_upload_grant.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  insert into public.documents (organisation_id, id, patient_id, kind, file_name, uploaded_by_user_id)
  values (v_organisation_id, v_document_id, issue_upload_grant.patient_id, issue_upload_grant.kind, v_name, v_caller.user_id);
  insert into public.document_upload_grants
    (organisation_id, patient_id, document_id, user_id, session_id, content_type, size_bytes, expires_at)
  values (
    v_organisation_id, issue_upload_grant.patient_id, v_document_id, v_caller.user_id, v_caller.session_id, v_type,
    issue_upload_grant.size_bytes, clock_timestamp() + interval '15 minutes'
  );
  select jsonb_build_object(
      'document_id', d.id, 'bucket', d.bucket, 'path', d.object_path,
      'expires_at', to_char(g.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    )
    into strict v_grant
    from public.documents as d
    join public.document_upload_grants as g on g.organisation_id = d.organisation_id and g.document_id = d.id
   where d.organisation_id = v_organisation_id
     and d.id = v_document_id;
  return v_grant;
end
$$;

-- public.sign_form: the patient signs, on their own login or before a witness of the clinic. The signer gives a name and a meaning; time,
-- user, address, user agent and digests are the server's (S-31, S-32). The witness is neither who drew the form up nor who proposed what
-- it carries: a gate is never opened by who profits from it. A digest of what was shown (preview_form) refuses what is another text by now.
create or replace function public.sign_form(form_id uuid, typed_name text, meaning text, content_sha256 text default null)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_realm constant text := authz.acting_realm();
  v_name constant text := authz.trimmed(typed_name);
  v_address constant inet := authz.client_address();
  v_organisation_id uuid;
  v_patient_id uuid;
  v_capacity text;
  v_form record;
  v_template record;
  v_content text;
  v_signed_at timestamptz;
  v_record text;
begin
  begin
    v_organisation_id := authz.form_tenant(form_id);
    -- A name that a person can read: letters, and nothing that turns or hides what stands beside it.
    if coalesce(length(v_name), 0) not between 2 and 120
      or length(translate(v_name, E' .,:;-_''"()/\u2019\u00b7\u200c\u200d', '')) < 2
      or authz.has_hidden_signs(v_name)
    then
      raise exception 'a signature needs the typed name'
        using errcode = 'CD017', hint = 'Type the signer''s name, 2 to 120 characters, without signs that nobody sees.';
    end if;
    if sign_form.meaning is null or sign_form.meaning not in ('consent', 'acknowledgement', 'financial_responsibility', 'assignment_of_benefits') then
      raise exception 'a signature needs a meaning'
        using errcode = 'CD017', hint = 'One of consent, acknowledgement, financial_responsibility, assignment_of_benefits.';
    end if;

    select f.patient_id
      into v_patient_id
      from public.signed_forms as f
     where f.organisation_id = v_organisation_id
       and f.id = sign_form.form_id;
    -- The patient, the form, then what it carries, in the order of lock_chart. The second of two signatures waits here.
    perform authz.lock_patient(v_organisation_id, v_patient_id);
    select f.id, f.status, f.template_id, f.case_id, f.document_id, f.capacity, f.created_by_user_id
      into v_form
      from public.signed_forms as f
     where f.organisation_id = v_organisation_id
       and f.id = sign_form.form_id
    for update;
    if v_form.status <> 'draft' then
      raise exception 'the form has been signed already'
        using errcode = 'CD013', hint = 'A form is signed once: draw up another.';
    end if;
    -- What the text says that it carries is what comes into force: nobody rejects it in between.
    perform
    from public.consents as c
    where c.organisation_id = v_organisation_id
      and c.signed_form_id = v_form.id
    order by c.id
    for no key update;
    -- Nor does what it speaks of become another, or nothing, under the signer's hand.
    perform
    from public.documents as d
    where d.organisation_id = v_organisation_id
      and d.id = v_form.document_id
      and d.status = 'active'
      and d.archived_at is null
    for no key update;
    if v_form.document_id is not null and not found then
      raise exception 'the document that the form speaks of is not there to be signed'
        using errcode = 'CD017', hint = 'Upload it and give its digest; a frozen, rejected or withdrawn one is signed by nobody.';
    end if;
    select t.kind, t.body_sha256, t.archived_at
      into v_template
      from public.form_templates as t
     where t.id = v_form.template_id;
    if v_template.archived_at is not null then
      raise exception 'the text of this form has been retired'
        using errcode = 'CD017', hint = 'Draw up a form of its next version.';
    end if;
    -- Who acknowledges a text has not consented: a consent form opens nothing by another word.
    if sign_form.meaning <> all (
      case v_template.kind
        when 'consent' then '{consent}'::text[]
        when 'financial' then '{financial_responsibility,acknowledgement}'
        else '{assignment_of_benefits,acknowledgement}'
      end
    ) then
      raise exception 'a % form is not signed with this meaning', v_template.kind
        using errcode = 'CD017', hint = 'consent: consent. financial: financial_responsibility, acknowledgement. aob: assignment_of_benefits, acknowledgement.';
    end if;
    if v_realm = 'provider' and (
      v_form.created_by_user_id is null -- drawn up by nobody who could be told from the witness
      or v_form.created_by_user_id = v_caller.user_id
      or exists (
        select
        from public.consents as c
        where c.organisation_id = v_organisation_id
          and c.signed_form_id = v_form.id
          and c.status = 'proposed'
          and (c.created_by_user_id is null or c.created_by_user_id = v_caller.user_id)
      )
    ) then
      raise exception 'who drew the form up does not witness it'
        using errcode = 'CD017', hint = 'Have a colleague witness the signature.';
    end if;

    v_capacity := coalesce(
      (
        select case min(a.relationship) when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
        from public.patient_accounts as a
        where v_realm = 'patient'
          and a.organisation_id = v_organisation_id
          and a.patient_id = v_patient_id
          and a.user_id = v_caller.user_id
          and a.revoked_at is null
          and a.archived_at is null
        having count(*) > 0
      ),
      v_form.capacity
    );
    v_content := authz.form_content(v_organisation_id, form_id);
    if sign_form.content_sha256 <> authz.digest(v_content) then
      raise exception 'the form is no longer what was shown'
        using errcode = 'CD017', hint = 'Show it again: preview_form gives the text and its digest.';
    end if;
    v_signed_at := clock_timestamp();
    v_record := jsonb_build_object(
      'format', 'cordon.signature.1',
      'organisation_id', v_organisation_id, 'form_id', v_form.id, 'patient_id', v_patient_id,
      'content_sha256', authz.digest(v_content), 'body_sha256', v_template.body_sha256,
      'typed_name', v_name, 'capacity', v_capacity, 'meaning', sign_form.meaning,
      'signed_at', to_char(v_signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'signed_by_user_id', case when v_realm = 'patient' then v_caller.user_id end,
      'witness_user_id', case when v_realm = 'provider' then v_caller.user_id end,
      'session_id', v_caller.session_id,
      'signed_ip', host(v_address), 'ip_source', case when v_address is null then 'unknown' else 'edge' end,
      'user_agent', authz.user_agent()
    )::text;

    begin
      update public.signed_forms as f
         set status = 'active',
             capacity = v_capacity,
             typed_name = v_name,
             meaning = sign_form.meaning,
             content = v_content,
             content_sha256 = authz.digest(v_content),
             signed_at = v_signed_at,
             signed_by_user_id = case when v_realm = 'patient' then v_caller.user_id end,
             witness_user_id = case when v_realm = 'provider' then v_caller.user_id end
       where f.organisation_id = v_organisation_id
         and f.id = v_form.id;
      update public.consents as c
         set status = 'active'
       where c.organisation_id = v_organisation_id
         and c.signed_form_id = v_form.id
         and c.status = 'proposed'
         and c.archived_at is null;
    exception
      when unique_violation then
        raise exception 'a form of this text, or a consent that it carries, is in force already'
          using errcode = 'CD013', hint = 'Terminate the form, or withdraw the consent, that is in force.';
    end;
    insert into public.signed_form_evidence
      (organisation_id, id, patient_id, signed_ip, ip_source, user_agent, record, record_sha256)
    values (
      v_organisation_id, v_form.id, v_patient_id, v_address, case when v_address is null then 'unknown' else 'edge' end,
      authz.user_agent(), v_record, authz.digest(v_record)
    );
    return jsonb_build_object(
      'form_id', v_form.id, 'signed_at', v_record::jsonb -> 'signed_at', 'content_sha256', authz.digest(v_content),
      'record_sha256', authz.digest(v_record)
    );
  exception
    -- Refused, and what it did so far taken back: who tried, on what, stands in the access log.
    when insufficient_privilege or sqlstate 'CD010' or sqlstate 'CD013' or sqlstate 'CD016' or sqlstate 'CD017' then
      perform authz.emit_refusal('signed_forms', 'UPDATE', v_organisation_id, v_patient_id, sqlerrm);
      raise;
  end;
end
$$;

create or replace trigger _080_no_secrets
  before insert or update on public.organisation_networks
  for each row
  execute function authz.tg__no_secrets('organisation_networks', 'label');
alter table public.organisation_networks enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.organisation_networks is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _080_no_secrets
  before insert or update on public.profiles
  for each row
  execute function authz.tg__no_secrets('profiles', 'display_name');
alter table public.profiles enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.profiles is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

-- migrate:down
