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
