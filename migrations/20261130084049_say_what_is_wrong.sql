-- migrate:up
-- Why: two refusals told what was wrong in their hint alone
-- Side: operations
-- Access: 1 definer function
--   ~ authz.tg__labels is written, and runs with the rights of its owner
--   widens: authz.tg__labels(), which 7 triggers ask, has another text
--   widens: authz.tg__whose(), which 6 triggers ask, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- migrate:down
