-- authz.tg_consents__transition: proposed, active, and then final. Terms never change.
begin;
select plan(27);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
insert into public.consents (organisation_id, id, patient_id, purpose)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-00000000beef', 'a3000000-0000-7000-8000-000000000003', 'research');

create function pg_temp.turn(new_status text) returns void language sql as $$
  update public.consents set status = new_status where id = '00000000-0000-7000-8000-00000000beef';
$$;

select is(status, 'proposed', 'a consent starts out proposed [N-45 +]') from public.consents where id = '00000000-0000-7000-8000-00000000beef';
select throws_ok($$ select pg_temp.turn('withdrawn') $$, 'CD005', null, 'what was never given is not withdrawn [N-50 -]');
select throws_ok($$ select pg_temp.turn('expired') $$, 'CD005', null, 'nor does it expire [N-50 -]');
select lives_ok($$ select pg_temp.turn('active') $$, 'a proposed consent is given [N-45 +]');
select throws_ok($$ select pg_temp.turn('proposed') $$, 'CD005', null, 'a given one is not proposed again [N-50 -]');
select throws_ok(
  $$ update public.consents set purpose = 'treatment' where id = '00000000-0000-7000-8000-00000000beef' $$,
  'CD005', null, 'its purpose never changes [N-48 -]'
);
select throws_ok(
  $$ update public.consents set patient_id = 'a3000000-0000-7000-8000-000000000001' where id = '00000000-0000-7000-8000-00000000beef' $$,
  'CD005', null, 'nor its patient [N-45 -]'
);
select throws_ok(
  $$ update public.consents set expires_at = 'infinity' where id = '00000000-0000-7000-8000-00000000beef' $$,
  'CD005', null, 'nor its term [N-45 -]'
);
select lives_ok($$ select pg_temp.turn('withdrawn') $$, 'a given one is withdrawn [N-50 +]');
select ok(withdrawn_at >= now(), 'the clock stamps when [N-50 +]') from public.consents where id = '00000000-0000-7000-8000-00000000beef';
select throws_ok($$ select pg_temp.turn('active') $$, 'CD005', null, 'a withdrawn one stays withdrawn [N-50 -]');
select throws_ok($$ select pg_temp.turn('proposed') $$, 'CD005', null, 'on every way back [N-50 -]');

alter table public.consents disable trigger user;
update public.consents set withdrawn_at = '2020-01-01' where id = '00000000-0000-7000-8000-00000000beef';
alter table public.consents enable trigger user;
update public.consents set archived_at = now(), withdrawn_at = null where id = '00000000-0000-7000-8000-00000000beef';
select is(withdrawn_at, '2020-01-01', 'and when it was withdrawn stays as it was [N-50 -]') from public.consents where id = '00000000-0000-7000-8000-00000000beef';
insert into public.consents (organisation_id, id, patient_id, purpose, status, withdrawn_at)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'a3000000-0000-7000-8000-000000000001', 'research', 'active', '2020-01-01');
select is(withdrawn_at, null, 'no consent starts out withdrawn [N-50 -]') from public.consents where id = '00000000-0000-7000-8000-0000000000f1';


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
create function pg_temp.new(more jsonb) returns text language sql as $$
  select format('insert into public.consents (%s) select %1$s from jsonb_populate_record(null::public.consents, %L)', string_agg(quote_ident(k.key), ', '), jsonb_object_agg(k.key, k.value))
    from jsonb_each(jsonb_build_object('organisation_id', 'a0000000-0000-7000-8000-000000000001', 'id', '00000000-0000-7000-8000-0000000000e1', 'patient_id', 'a3000000-0000-7000-8000-000000000002', 'purpose', 'ops_handoff') || more) as k
$$;
create function pg_temp.set(what text) returns text language sql as $$ select format('update public.consents set %s where organisation_id::text like ''a%%'' and id = ''00000000-0000-7000-8000-0000000000e1''', what) $$;
create function pg_temp.state(variadic steps text[]) returns text language sql as $$
  select pg_temp.after('(select concat_ws('' '', c.status, c.legal_basis, case when c.withdrawn_at is not null then ''withdrawn'' end) from public.consents as c where c.id = ''00000000-0000-7000-8000-0000000000e1'')', variadic steps)
$$;
create function pg_temp.form() returns text language sql as $$ select f.id::text from public.signed_forms as f where f.organisation_id::text like 'a%' and right(f.id::text, 2) = '01' $$;
select is(pg_temp.state('as 05', pg_temp.new('{}')), 'proposed consent', 'staff propose a consent [N-45 +]');
select is(pg_temp.state('as 05', pg_temp.new('{"legal_basis": "health_protection"}')), 'CD005 staff propose consents, and no other legal basis',
  'and no other basis [N-48 -]');
select is(pg_temp.state(pg_temp.new('{"legal_basis": "health_protection", "status": "active"}')), 'active health_protection', 'the server records one [N-48 +]');
select is(pg_temp.state('set local role service_role', pg_temp.new('{"legal_basis": "health_protection", "status": "active"}')), 'active health_protection',
  'with its own key, too [N-48 +]');
select is(pg_temp.state(pg_temp.new('{"legal_basis": "health_protection", "status": "active"}'), pg_temp.set('status = ''withdrawn''')), 'withdrawn health_protection withdrawn',
  'and ends it [N-48 +]');
select is(pg_temp.state('raw consents', pg_temp.new('{"legal_basis": "health_protection", "status": "active", "patient_status": "active"}'), 'as 01', pg_temp.set('status = ''entered_in_error''')), '42501 permission denied for table consents',
  'no member of staff does by hand [N-48 -]');
select is(pg_temp.state(pg_temp.new(jsonb_build_object('expires_at', '0001-01-01 00:00:00+00 BC'))), 'CD005 a consent does not end before all time',
  'no consent ends before all time [N-45 -]');
select is(pg_temp.state(pg_temp.new(jsonb_build_object('expires_at', '0001-01-01 00:00:00+00'))), 'proposed consent', 'with its first moment it does [N-45 +]');
select is(pg_temp.state('raw signed_forms', 'update public.signed_forms set patient_id = ''a3000000-0000-7000-8000-000000000002'' where organisation_id::text like ''a%'' and right(id::text, 2) = ''01''', 'raw consents', pg_temp.new(jsonb_build_object('signed_form_id', pg_temp.form())), pg_temp.set('status = ''active''')), 'CD005 this consent is given by signing its form',
  'what a form carries is given by signing it, and by nobody''s hand [S-31 N-45 -]');
select is(pg_temp.state('raw signed_forms', 'update public.signed_forms set patient_id = ''a3000000-0000-7000-8000-000000000002'' where organisation_id::text like ''a%'' and right(id::text, 2) = ''01''', 'raw consents', pg_temp.new(jsonb_build_object('signed_form_id', pg_temp.form())), pg_temp.set('status = ''rejected''')), 'rejected consent',
  'it may be refused without [N-45 +]');
select is(pg_temp.state('raw signed_forms', 'update public.signed_forms set patient_id = ''a3000000-0000-7000-8000-000000000002'' where organisation_id::text like ''a%'' and right(id::text, 2) = ''01''', 'raw consents', pg_temp.new(jsonb_build_object('signed_form_id', pg_temp.form(), 'status', 'active')), pg_temp.set('status = ''withdrawn''')), 'withdrawn consent withdrawn',
  'what was given by it is withdrawn by hand [N-50 +]');
select is(pg_temp.state('raw signed_forms', 'update public.signed_forms set patient_id = ''a3000000-0000-7000-8000-000000000002'' where organisation_id::text like ''a%'' and right(id::text, 2) = ''01''', 'raw consents', pg_temp.new(jsonb_build_object('signed_form_id', pg_temp.form(), 'status', 'active')), pg_temp.set('status = status')), 'active consent',
  'and written to while it holds [N-45 +]');
select is(pg_temp.state(pg_temp.new(jsonb_build_object('signed_form_id', pg_temp.form(), 'status', 'active', 'patient_id', 'a3000000-0000-7000-8000-000000000001'))), 'CD005 this consent is given by signing its form',
  'nothing starts out given by a signature that is not there [S-31 -]');

select * from finish();
rollback;
