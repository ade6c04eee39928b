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
