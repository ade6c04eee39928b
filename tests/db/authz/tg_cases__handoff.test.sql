-- authz.tg_cases__handoff: a case is handed to operations once, and by its clinic; what was handed over is not cancelled, and each reopening says why.
begin;
select plan(22);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What a case is after each of these, one after the other, in one block that takes them back: status, whether it was handed over just now, and why it was reopened.
create function pg_temp.after(part text, variadic steps text[]) returns text language plpgsql as $$
declare
  v_said text;
  v_step text;
begin
  begin
    foreach v_step in array steps loop
      if v_step ~ '^as ' then
        perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', split_part(v_step, ' ', 2) || '1000000-0000-7000-8000-0000000000' || split_part(v_step, ' ', 3),
          'role', 'authenticated', 'session_id', split_part(v_step, ' ', 2) || '1000000-0000-7000-9000-0000000000' || split_part(v_step, ' ', 3))::text, true);
      elsif v_step = 'server' then
        perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
      else
        execute replace(v_step, '@id', quote_literal('af000000-0000-7000-8000-0000000000' || part));
      end if;
    end loop;
    perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
    select concat_ws(' ', c.status, case when c.handed_off_at between now() and clock_timestamp() then 'handed over now' when c.handed_off_at is not null then 'handed over then' end, '"' || c.reopen_reason || '"') into v_said
    from public.cases as c where c.organisation_id = 'a0000000-0000-7000-8000-000000000001' and c.id = ('af000000-0000-7000-8000-0000000000' || part)::uuid;
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then null;
    when others then v_said := sqlstate || ' ' || sqlerrm;
  end;
  return v_said;
end
$$;
create function pg_temp.set(what text) returns text language sql as $$ select 'update public.cases set ' || what || ' where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = @id' $$;
create function pg_temp.raw(what text) returns text[] language sql as $$ select array['alter table public.cases disable trigger user', pg_temp.set(what), 'alter table public.cases enable trigger user', 'alter table public.cases disable trigger _200_transition'] $$;

-- Which step follows which is not asked here.
alter table public.cases disable trigger _200_transition;

select is(pg_temp.after('91', 'insert into public.cases (organisation_id, id, number, patient_id, priority, handed_off_at, reopen_reason) values (''a0000000-0000-7000-8000-000000000001'', @id, ''CASE-91'', ''a3000000-0000-7000-8000-000000000001'', ''urgent'', now(), ''Because'')'), 'new',
  'a new case is handed over to nobody and reopened by nobody, whatever is sent [S-29 -]');
select is(pg_temp.after('01', pg_temp.set('handed_off_at = now()')), 'active', 'nobody says that a case was handed over [S-29 -]');
select is(pg_temp.after('01', pg_temp.set('status = ''awaiting_transfer''')), 'awaiting_transfer', 'the server sends one on its way [S-29 +]');
select is(pg_temp.after('01', 'as a 02', pg_temp.set('status = ''awaiting_transfer''')), 'awaiting_transfer', 'so does a doctor of its clinic [S-29 +]');
select is(pg_temp.after('01', pg_temp.set('status = ''awaiting_transfer'''), pg_temp.set('status = ''in_transfer'''), pg_temp.set('status = ''handed_off''')), 'handed_off handed over now',
  'it is handed over at the moment that its status says so [S-29 +]');
select is(pg_temp.after('03', pg_temp.set('handed_off_at = null, priority = priority')), 'handed_off handed over then', 'and stays so, whatever is sent [S-29 -]');
select is(pg_temp.after('03', pg_temp.set('status = ''cancelled''')), 'CD013 a case that was handed over is not cancelled',
  'one that was handed over is not cancelled [S-29 -]');
select is(pg_temp.after('03', variadic pg_temp.raw('status = ''cancelled''') || pg_temp.set('priority = priority')), 'cancelled handed over then',
  'one that was cancelled before anybody asked can be written to [S-29 +]');
select is(pg_temp.after('01', pg_temp.set('status = ''cancelled''')), 'cancelled', 'one that was not handed over is cancelled [S-18 +]');
select is(pg_temp.after('01', pg_temp.set('reopen_reason = ''billing''')), 'active', 'a reason that reopens nothing is none [S-18 -]');
select is(pg_temp.after('01', variadic pg_temp.raw('reopen_reason = ''billing''') || pg_temp.set('reopen_reason = ''new_information''')), 'active "billing"',
  'and the one that stands is not written over [S-18 -]');
select is(pg_temp.after('01', variadic pg_temp.raw('reopen_reason = ''billing''') || pg_temp.set('reopen_reason = null')), 'active "billing"',
  'nor taken away [S-18 -]');
select is(pg_temp.after('01', variadic pg_temp.raw('reopen_reason = ''billing''') || pg_temp.set('status = ''awaiting_transfer''')), 'awaiting_transfer',
  'another step takes it away: it was of the step before [S-18 +]');
select is(pg_temp.after('03', variadic pg_temp.raw('status = ''closed''') || pg_temp.set('status = ''active''')), 'CD013 reopening a case takes a reason',
  'a closed case is not reopened without a reason [S-18 -]');
select is(pg_temp.after('03', variadic pg_temp.raw('status = ''closed''') || pg_temp.set('status = ''active'', reopen_reason = ''new_information''')), 'active handed over then "new_information"',
  'with one it is, and stays handed over [S-18 +]');
select is(pg_temp.after('03', variadic pg_temp.raw('status = ''closed''') || pg_temp.set('reopen_reason = ''new_information''')), 'closed handed over then',
  'what stays closed keeps no reason that came too early [S-18 -]');
select is(pg_temp.after('03', variadic pg_temp.raw('status = ''closed''') || pg_temp.set('status = ''active'', reopen_reason = ''new_information''') || pg_temp.set('priority = priority')), 'active handed over then "new_information"',
  'the reason stays for as long as nothing else happens [S-18 +]');
select is(pg_temp.after('03', variadic pg_temp.raw('status = ''active'', reopen_reason = null') || array['as a 02', pg_temp.set('status = ''awaiting_transfer''')]), 'awaiting_transfer handed over then',
  'one that was handed over goes on its way again by its clinic [S-29 +]');
select is(pg_temp.after('01', 'as b 02', pg_temp.set('status = ''awaiting_transfer''')), 'active', 'no other clinic sends it on its way [S-05 -]');
select is(pg_temp.after('03', variadic pg_temp.raw('status = ''closed''') || pg_temp.set('status = ''cancelled''')), 'CD013 a case that was handed over is not cancelled',
  'a closed case that was handed over is not cancelled either [S-29 -]');
select is(pg_temp.after('01', variadic pg_temp.raw('status = ''closed''') || pg_temp.set('status = ''cancelled''')), 'CD013 reopening a case takes a reason',
  'and what leaves closed says why, wherever it goes [S-18 -]');
select is(pg_temp.after('01', variadic pg_temp.raw('status = ''handed_off''') || pg_temp.set('priority = priority')), 'handed_off handed over now',
  'what stands as handed over is handed over from the next write on [S-29 +]');

select * from finish();
rollback;
