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
