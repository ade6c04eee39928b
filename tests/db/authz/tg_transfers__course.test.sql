-- authz.tg_transfers__course: from dispatch to delivery a transfer follows its job, and what was asked for stays; the owner alone says that a place is forgotten.
begin;
select plan(25);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What is answered after each of these, one after the other, in one block that takes them back: `as 02` is a member of the clinic from then on, `server`
-- nobody, `raw table` lets the next pass by the table's triggers.
create function pg_temp.after(asked text, variadic steps text[]) returns text language plpgsql as $$
declare
  v_said text;
  v_step text;
  v_raw text;
begin
  begin
    foreach v_step in array steps loop
      if v_step ~ '^as ' then
        perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || right(v_step, 2),
          'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || right(v_step, 2))::text, true);
      elsif v_step = 'server' then
        perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
      elsif v_step ~ '^raw ' then
        v_raw := split_part(v_step, ' ', 2);
        execute format('alter table public.%I disable trigger user', v_raw);
      else
        execute v_step;
        if v_raw is not null then
          execute format('alter table public.%I enable trigger user', v_raw);
          v_raw := null;
        end if;
      end if;
    end loop;
    perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
    execute 'select ' || asked into v_said;
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then null;
    when others then v_said := sqlstate || ' ' || sqlerrm;
  end;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return v_said;
end
$$;
create function pg_temp.set(what text) returns text language sql as $$ select format('update public.transfers set %s where organisation_id::text like ''a%%'' and right(id::text, 2) = ''01''', what) $$;
create function pg_temp.is_at(status text) returns text[] language sql as $$ select array['raw transfers', pg_temp.set(format('status = %L, transport_organisation_id = %s, pickup = ''Here'', destination = ''There''', status, case when status in ('requested', 'accepted') then 'null' else '''c0000000-0000-7000-8000-000000000001''' end))] $$;
create function pg_temp.course(stand text, what text, who text default 'server') returns text language sql as $$
  select pg_temp.after('(select concat_ws(''|'', t.status, t.pickup, t.destination, t.mobility, left(t.transport_organisation_id::text, 1)) from public.transfers as t where t.organisation_id::text like ''a%'' and right(t.id::text, 2) = ''01'')',
    variadic pg_temp.is_at(stand) || array[who, pg_temp.set(what)])
$$;
select is(pg_temp.course('requested', 'transport_organisation_id = ''c0000000-0000-7000-8000-000000000001'''), 'requested|Here|There|stretcher',
  'nobody says by hand who drives [S-18 -]');
select is(pg_temp.course('requested', 'status = ''accepted'''), 'accepted|Here|There|stretcher', 'a transfer is accepted by hand [S-18 +]');
select is(pg_temp.course('accepted', 'status = ''dispatched'''), 'CD013 a transfer goes from accepted to dispatched with its job', 'and not dispatched [S-18 -]');
select is(pg_temp.course('dispatched', 'status = ''picked_up'''), 'CD013 a transfer goes from dispatched to picked_up with its job',
  'nor is anybody picked up by hand [S-18 -]');
select is(pg_temp.course('dispatched', 'status = ''cancelled'''), 'CD013 a transfer goes from dispatched to cancelled with its job',
  'or a dispatch called off [S-18 -]');
select is(pg_temp.course('picked_up', 'status = ''delivered'''), 'CD013 a transfer goes from picked_up to delivered with its job',
  'nor does anybody arrive by it [S-18 -]');
select is(pg_temp.course('delivered', 'status = ''completed'''), 'completed|Here|There|stretcher|c', 'what is delivered is completed by hand [S-18 +]');
select is(pg_temp.course('requested', 'status = ''cancelled'''), 'cancelled|Here|There|stretcher', 'what was not dispatched is called off by it [S-18 +]');
select is(pg_temp.course('dispatched', 'status = status'), 'dispatched|Here|There|stretcher|c', 'what stays as it is may be written: dispatched [S-18 +]');
select is(pg_temp.course('picked_up', 'status = status'), 'picked_up|Here|There|stretcher|c', 'with somebody on board [S-18 +]');
select is(pg_temp.course('delivered', 'status = status'), 'delivered|Here|There|stretcher|c', 'and delivered [S-18 +]');
select is(pg_temp.course('requested', 'pickup = ''Elsewhere'', mobility = ''wheelchair'''), 'requested|Elsewhere|There|wheelchair',
  'until the dispatch it may be asked for otherwise [S-18 +]');
select is(pg_temp.course('accepted', 'destination = ''Elsewhere'''), 'accepted|Here|Elsewhere|stretcher', 'accepted, too [S-18 +]');
select is(pg_temp.course('dispatched', 'pickup = ''Elsewhere'''), 'CD013 a dispatched transfer stays as it was asked for',
  'from then on it stays as it was asked for: where from [S-18 -]');
select is(pg_temp.course('dispatched', 'destination = ''Elsewhere'''), 'CD013 a dispatched transfer stays as it was asked for', 'where to [S-18 -]');
select is(pg_temp.course('dispatched', 'mobility = ''wheelchair'''), 'CD013 a dispatched transfer stays as it was asked for', 'how [S-18 -]');
select is(pg_temp.course('delivered', 'pickup_at = now()'), 'CD013 a delivered transfer stays as it was asked for', 'and when [S-18 -]');
select is(pg_temp.course('delivered', 'pickup = ''erased'', destination = ''erased'''), 'delivered|erased|erased|stretcher|c',
  'the owner says that its places are forgotten [N-49 +]');
select is(pg_temp.course('delivered', 'pickup = ''erased'''), 'delivered|erased|There|stretcher|c', 'one of them [N-49 +]');
select is(pg_temp.course('delivered', 'destination = ''erased'''), 'delivered|Here|erased|stretcher|c', 'or the other [N-49 +]');
select is(pg_temp.course('delivered', 'pickup = ''erased'', destination = ''Elsewhere'''), 'CD013 a delivered transfer stays as it was asked for',
  'and nothing else with it [N-49 -]');
select is(pg_temp.course('delivered', 'pickup = ''Elsewhere'', destination = ''erased'''), 'CD013 a delivered transfer stays as it was asked for',
  'of either [N-49 -]');
select is(pg_temp.course('delivered', 'pickup = ''erased'', destination = ''erased'', mobility = ''wheelchair'''), 'CD013 a delivered transfer stays as it was asked for',
  'nor how somebody was driven [N-49 -]');
select is(pg_temp.course('delivered', 'pickup = ''erased'', destination = ''erased''', 'as 02'), 'CD013 a delivered transfer stays as it was asked for',
  'a doctor forgets no place [N-49 -]');
select is(pg_temp.course('accepted', 'pickup = ''Elsewhere''', 'as 02'), 'accepted|Elsewhere|There|stretcher',
  'but asks for it otherwise before the dispatch [S-18 +]');

select * from finish();
rollback;
