-- authz.tg_care_relationships__written, authz.tg_care_relationships__taken_off, authz.tg_care_relationships__security: who treats whom is not written back in time, whom a
-- clinic_admin put out stays out, and each step is recorded.
begin;
select plan(40);

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
-- Moments are in minutes from the beginning of this transaction, at which the clock stands still.
create function pg_temp.at_once() returns text language sql as $$
  select format('create or replace function authz.now() returns timestamptz language sql stable set search_path = pg_catalog, pg_temp as %L', format('select %L::timestamptz', now()))
$$;
create function pg_temp.minutes(m integer) returns text language sql as $$ select coalesce(quote_literal(now() + m * interval '1 minute'), 'null') $$;
create function pg_temp.stands(starts integer, ends integer, more text default '') returns text[] language sql as $$
  select array['raw care_relationships', format('insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, ground, starts_at, ends_at, archived_at, taken_off_at, patient_status) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000f1'', ''a3000000-0000-7000-8000-000000000002'', ''a1000000-0000-7000-8000-000000000003'', ''covering'', ''assignment'', %s, %s, %s, %s, ''active'')',
    pg_temp.minutes(starts), pg_temp.minutes(ends), case when more ~ 'away' then 'now()' else 'null' end, case when more ~ 'out' then 'now()' else 'null' end), pg_temp.at_once()]
$$;
create function pg_temp.set(what text) returns text language sql as $$ select format('update public.care_relationships set %s where organisation_id::text like ''a%%'' and id = ''00000000-0000-7000-8000-0000000000f1''', what) $$;
create function pg_temp.starts(m integer) returns text language sql as $$ select 'starts_at = ' || pg_temp.minutes(m) $$;
create function pg_temp.ends(m integer) returns text language sql as $$ select 'ends_at = ' || pg_temp.minutes(m) $$;
create function pg_temp.row() returns text language sql as $$
  select concat_ws(' ', c.kind, round(extract(epoch from c.starts_at - now()) / 60)::text || '..' || coalesce(round(extract(epoch from c.ends_at - now()) / 60)::text, ''), case when c.archived_at is not null then 'away' end, case when c.taken_off_at is not null then 'put out' end)
  from public.care_relationships as c where c.id = '00000000-0000-7000-8000-0000000000f1'
$$;
create function pg_temp.told() returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', e.event_type, right(e.actor_user_id::text, 2), (select string_agg(k.key, ',' order by k.key) from jsonb_object_keys(e.details) as k (key))), '; ' order by e.event_type), 'nothing') from audit.security_events as e where e.entity_id = '00000000-0000-7000-8000-0000000000f1'
$$;
-- What comes of a change by a clinic_admin, or another.
create function pg_temp.turns(starts integer, ends integer, what text, who text default 'as 01', more text default '') returns text language sql as $$
  select pg_temp.after('pg_temp.row()', variadic pg_temp.stands(starts, ends, more) || array[who, pg_temp.set(what)])
$$;
create function pg_temp.tells(what text, more text default '', who text default 'server') returns text language sql as $$
  select pg_temp.after('pg_temp.told()', variadic pg_temp.stands(-60, 60, more) || array[who, pg_temp.set(what)])
$$;

select is(pg_temp.turns(-60, null, 'kind = ''nursing'''), 'nursing -60..', 'how somebody treats may be written over [N-21 +]');
select is(pg_temp.turns(-60, null, pg_temp.starts(-90)), 'CD013 a care relationship is not written back in time', 'nobody is made to have treated before [N-21 -]');
select is(pg_temp.turns(60, null, pg_temp.starts(-1)), 'CD013 a care relationship is not written back in time', 'nor is what was to begin made to have begun [N-21 -]');
select is(pg_temp.turns(60, null, pg_temp.starts(0)), 'covering 0..', 'it may begin at this moment [N-21 +]');
select is(pg_temp.turns(60, null, pg_temp.starts(30)), 'covering 30..', 'or sooner than it would have [N-21 +]');
select is(pg_temp.turns(60, null, pg_temp.starts(90)), 'covering 90..', 'or later [N-21 +]');
select is(pg_temp.turns(-60, null, pg_temp.starts(-30)), 'CD013 a care relationship is not written back in time',
  'what has begun is not made to have begun later [N-21 -]');
select is(pg_temp.turns(0, null, pg_temp.starts(30)), 'CD013 a care relationship is not written back in time', 'nor what begins at this moment [N-21 -]');
select is(pg_temp.turns(-60, -30, pg_temp.ends(30)), 'CD013 a care relationship is not written back in time', 'what was over is not taken up again [N-21 -]');
select is(pg_temp.turns(-60, 0, pg_temp.ends(30)), 'CD013 a care relationship is not written back in time', 'nor what is at this moment [N-21 -]');
select is(pg_temp.turns(-60, 1, pg_temp.ends(30)), 'covering -60..30', 'what goes on may go on longer [N-21 +]');
select is(pg_temp.turns(-60, null, pg_temp.ends(30)), 'covering -60..30', 'or end some time [N-21 +]');
select is(pg_temp.turns(-60, null, pg_temp.ends(-30)), 'covering -60..0 put out', 'an end that is over is now [N-21 -]');
select is(pg_temp.turns(0, null, pg_temp.ends(-30)), '23514 new row for relation "care_relationships" violates check constraint "care_relationships_period_check"',
  'there is none before the beginning [N-21 -]');
select is(pg_temp.turns(-60, -30, pg_temp.ends(30), 'server'), 'covering -60..30', 'the server puts right what was [N-21 +]');
select is(pg_temp.turns(-60, null, pg_temp.ends(-30), 'server'), 'covering -60..-30', 'and when it ended [N-21 +]');
select is(pg_temp.turns(-60, null, pg_temp.ends(0)), 'covering -60..0 put out', 'whom a clinic_admin ends at once is put out [N-21 +]');
select is(pg_temp.turns(-60, 60, pg_temp.ends(0)), 'covering -60..0 put out', 'before the end that there was, too [N-21 +]');
select is(pg_temp.turns(-60, 60, pg_temp.ends(15)), 'covering -60..15 put out', 'a quarter of an hour is at once [N-21 +]');
select is(pg_temp.turns(-60, 60, pg_temp.ends(16)), 'covering -60..16', 'a minute more is not: it comes to an end [N-21 -]');
select is(pg_temp.turns(-60, 10, 'kind = ''nursing'''), 'nursing -60..10', 'who comes to an end anyway is put out by no other word [N-21 -]');
select is(pg_temp.turns(-60, 5, pg_temp.ends(10)), 'covering -60..10', 'nor by a longer time [N-21 -]');
select is(pg_temp.turns(-60, null, 'archived_at = now()'), 'covering -60.. away put out', 'who is put away is put out [N-21 +]');
select is(pg_temp.turns(-60, 60, 'archived_at = now()'), 'covering -60..60 away put out', 'before their end [N-21 +]');
select is(pg_temp.turns(-60, -30, 'archived_at = now()'), 'covering -60..-30 away', 'and not after it [N-21 -]');
select is(pg_temp.turns(-60, 0, 'archived_at = now()'), 'covering -60..0 away', 'nor at that moment [N-21 -]');
select is(pg_temp.turns(-60, null, 'archived_at = now()', 'server'), 'covering -60.. away', 'the server puts nobody out [N-21 -]');
select is(pg_temp.turns(-60, 10, pg_temp.ends(60), 'as 01', 'out'), 'covering -60..60', 'who is given longer is not out any more [N-21 +]');
select is(pg_temp.turns(-60, 10, 'kind = ''nursing''', 'as 01', 'out'), 'nursing -60..10 put out', 'by no other word [N-21 -]');
select is(pg_temp.turns(-60, 10, 'archived_at = null', 'server', 'away out'), 'covering -60..10', 'who is brought back is not out any more [N-21 +]');
select is(pg_temp.turns(-60, null, 'kind = ''nursing''', 'as 01', 'away'), 'nursing -60.. away', 'who was put away by the server is put out by no other word [N-21 -]');
select is(pg_temp.tells('kind = ''nursing'''), 'nothing', 'how somebody treats opens nothing, and is not told [N-37 -]');
select is(pg_temp.tells(pg_temp.ends(90), who => 'as 01'), 'care_relationship.period_changed 01 from,patient_id,to,user_id',
  'until when is told, with what was and what is [N-37 +]');
select is(pg_temp.tells(pg_temp.starts(-90)), 'care_relationship.period_changed from,patient_id,to,user_id', 'and since when [N-37 +]');
select is(pg_temp.tells('archived_at = now()', who => 'as 01'), 'care_relationship.archived 01 patient_id,user_id', 'that somebody is put away is told [N-37 +]');
select is(pg_temp.tells('archived_at = null', 'away'), 'care_relationship.opened ends_at,ground,patient_id,starts_at,user_id',
  'and that they are brought back [N-37 +]');
select is(pg_temp.tells('kind = ''nursing''', 'away'), 'nothing', 'of what is away no other word is [N-37 -]');
select is(pg_temp.tells(pg_temp.ends(90), 'away'), 'care_relationship.period_changed from,patient_id,to,user_id', 'but its time [N-37 +]');
select is(pg_temp.tells('archived_at = archived_at - interval ''1 minute''', 'away'), 'nothing', 'and not when it was put away [N-37 -]');
select is(pg_temp.after('pg_temp.told()', 'insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000f1'', ''a3000000-0000-7000-8000-000000000002'', ''a1000000-0000-7000-8000-000000000003'', ''covering'')'), 'care_relationship.opened ends_at,ground,patient_id,starts_at,user_id',
  'that somebody treats is told, and on which ground [N-37 +]');

select * from finish();
rollback;
