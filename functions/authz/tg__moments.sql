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
