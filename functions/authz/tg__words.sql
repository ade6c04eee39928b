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
