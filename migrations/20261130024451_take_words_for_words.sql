-- migrate:up
-- Why: a text to sign, and a reason, of tabs or of what has no width passed for one
-- Side: operations
-- Access: 1 definer function
--   ~ authz.tg__words is written, and runs with the rights of its owner
--   widens: authz.tg__words() is new, which 3 triggers ask
--   widens: authz.trimmed(text), which 12 functions and 3 triggers ask, has another text
--   widens: the trigger _085_words now guards public.consent_purpose_versions
--   widens: the trigger _085_words now guards public.consent_purposes
--   widens: the trigger _085_words now guards public.form_templates
-- Locks: 3 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.consent_purpose_versions
--   SHARE ROW EXCLUSIVE public.consent_purposes
--   SHARE ROW EXCLUSIVE public.form_templates

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.trimmed: what somebody typed, without the blanks around it that look like nothing: a reason of spaces is no reason. Controls, tags and what
-- chooses between the shapes of a sign stay where they belong to one, as at the end of a name; a text of nothing else is empty.
create or replace function authz.trimmed(value text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Held to the start, it looks at each sign once: a long run of blanks in the middle is not begun anew.
  if value ~ E'^[\u0001- \u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164'
    '\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*$'
  then
    return '';
  end if;
  return btrim(
    value,
    E' \t\n\r\f\u000b\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
    '\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f'
    '\u2800\u3000\u3164\ufeff\uffa0'
  );
end
$$;
comment on function authz.trimmed(text) is
  'The text without blanks at its ends, those of other scripts and those without width included; empty where nobody would see anything of it. [N-18, S-31]';

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

revoke create on schema authz from cordon_definer;

create or replace trigger _085_words
  before insert or update on public.consent_purpose_versions
  for each row
  execute function authz.tg__words('consent_purpose_versions', 'description', '1');
alter table public.consent_purpose_versions enable always trigger _085_words;
comment on trigger _085_words on public.consent_purpose_versions is
  'Refuses a text to consent to that nobody sees. [N-45]';

create or replace trigger _085_words
  before insert or update on public.consent_purposes
  for each row
  execute function authz.tg__words('consent_purposes', 'description', '1');
alter table public.consent_purposes enable always trigger _085_words;
comment on trigger _085_words on public.consent_purposes is
  'Refuses a text to consent to that nobody sees. [N-45]';

create or replace trigger _085_words
  before insert or update on public.form_templates
  for each row
  execute function authz.tg__words('form_templates', 'title', '1', 'body', '1');
alter table public.form_templates enable always trigger _085_words;
comment on trigger _085_words on public.form_templates is
  'Refuses a text to sign that nobody sees. [S-31]';

-- migrate:down
