-- authz.emit_denial and authz.emit_refusal: what is written down of who was denied or refused: who, where, as what, and why.
begin;
select plan(27);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What would be written into the log is told here instead.
create or replace function authz.emit_access(realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text, row_id uuid, patient_id uuid) returns pg_lsn language plpgsql stable as $$
begin
  perform set_config('planted.said', concat_ws(' ', realm, coalesce(left((membership).user_id::text, 2) || right((membership).user_id::text, 2), 'nobody'), case when (membership).session_id is not null then 'session' end, coalesce('of ' || left((membership).organisation_id::text, 1), 'nowhere'),
    coalesce('as ' || (membership).role, 'as nothing'), table_name, operation, level, outcome, reason, right(row_id::text, 2), right(patient_id::text, 2)), true);
  return null;
end
$$;
create function public.planted_ask(statement text) returns text language plpgsql security definer as $$
begin
  perform set_config('planted.said', '', true);
  execute statement;
  return coalesce(nullif(current_setting('planted.said'), ''), 'nothing');
end
$$;
grant execute on function public.planted_ask(text) to authenticated, anon;
create function pg_temp.by(who text, statement text, as_role text default 'authenticated', chosen text default '', session text default null) returns text language plpgsql as $$
declare
  v_said text;
begin
  perform set_config('app.current_organisation_id', case when chosen <> '' then chosen || '0000000-0000-7000-8000-000000000001' else '' end, true);
  perform set_config('request.jwt.claims', case when who is null then '' else jsonb_build_object('sub', left(who, 2) || '000000-0000-7000-8000-0000000000' || right(who, 2), 'role', 'authenticated',
    'session_id', left(who, 2) || '000000-0000-7000-9000-0000000000' || coalesce(session, right(who, 2)))::text end, true);
  perform set_config('role', as_role, true);
  v_said := public.planted_ask(statement);
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('app.current_organisation_id', '', true);
  return v_said;
end
$$;
create function pg_temp.denied(who text, realm text default 'provider', chosen text default '', session text default null) returns text language sql as $$
  select pg_temp.by(who, format('select authz.emit_denial(%L, ''invoices'', ''SELECT'', ''detailed'')', realm), chosen => chosen, session => session)
$$;
create function pg_temp.refused(who text, as_role text default 'authenticated', clinic text default null, chosen text default '', session text default null) returns text language sql as $$
  select pg_temp.by(who, format('select authz.emit_refusal(''invoices'', ''UPDATE'', %L, ''a3000000-0000-7000-8000-000000000001'', ''because'')', clinic || '0000000-0000-7000-8000-000000000001'), as_role, chosen, session)
$$;
alter table public.organisation_members disable trigger user;
alter table public.ops_members disable trigger user;
insert into public.organisation_members (organisation_id, user_id, role, accepted_at) values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000003', 'doctor', now());
update public.ops_members set archived_at = now() where user_id = 'f1000000-0000-7000-8000-000000000003';
select is(pg_temp.denied(null), 'provider nobody nowhere as nothing invoices SELECT detailed denied no_session', 'nobody is denied for having no session [N-29 +]');
select is(pg_temp.denied('a102', session => '03'), 'provider a102 nowhere as nothing invoices SELECT detailed denied no_session',
  'so is whose session is another''s, and is named all the same [N-29 +, N-16 -]');
select is(pg_temp.denied('a102'), 'provider a102 session of a as doctor invoices SELECT detailed denied capability',
  'a member is denied for what they lack, as what and where they are [N-29 +]');
select is(pg_temp.denied('a102', chosen => 'a'), 'provider a102 session of a as doctor invoices SELECT detailed denied capability', 'also where they chose it [N-29 +]');
select is(pg_temp.denied('a102', chosen => 'b'), 'provider a102 session of b as nothing invoices SELECT detailed denied no_membership',
  'who chose where they are no member is denied for that [N-29 -]');
select is(pg_temp.denied('a103'), 'provider a103 session nowhere as nothing invoices SELECT detailed denied no_choice',
  'who is a member twice and chose neither, for the choice [N-29 +]');
select is(pg_temp.denied('a103', chosen => 'c'), 'provider a103 session of c as nothing invoices SELECT detailed denied no_membership',
  'where they chose a third, for the membership [N-29 -]');
select is(pg_temp.denied('a121'), 'provider a121 session nowhere as nothing invoices SELECT detailed denied no_membership', 'who was put out has none [N-29 -]');
select is(pg_temp.denied('a201'), 'provider a201 session nowhere as nothing invoices SELECT detailed denied no_membership', 'nor has who never was one [N-29 -]');
select is(pg_temp.denied('f101', 'internal_ops'), 'internal_ops f101 session nowhere as admin invoices SELECT detailed denied role',
  'operations are denied for what they are [N-29 +]');
select is(pg_temp.denied('f104', 'internal_ops'), 'internal_ops f104 session nowhere as nothing invoices SELECT detailed denied no_membership',
  'who is that no more is denied for it [N-29 -]');
select is(pg_temp.denied('f103', 'internal_ops'), 'internal_ops f103 session nowhere as nothing invoices SELECT detailed denied no_membership',
  'so is who was put away [N-29 -]');
select is(pg_temp.denied('a102', 'internal_ops'), 'internal_ops a102 session nowhere as nothing invoices SELECT detailed denied no_membership',
  'staff are none of them [N-29 -]');
select is(pg_temp.denied('f101', 'patient'), 'patient f101 session nowhere as nothing invoices SELECT detailed denied no_account',
  'who is no patient has no account [N-29 -]');
select is(pg_temp.denied('a102', 'patient'), 'patient a102 session nowhere as nothing invoices SELECT detailed denied no_account',
  'nor has a member as a patient [N-29 -]');
select is(pg_temp.refused('a102'), 'provider a102 session of a as doctor invoices UPDATE basic denied because 01',
  'a member is refused where they are, and as what [S-33 N-37 +]');
select is(pg_temp.refused('a102', clinic => 'a'), 'provider a102 session of a as doctor invoices UPDATE basic denied because 01',
  'also where it is named [S-33 N-37 +]');
select is(pg_temp.refused('a102', clinic => 'b'), 'provider a102 session of b as nothing invoices UPDATE basic denied because 01',
  'where they are no member, as nothing [S-33 N-37 -]');
select is(pg_temp.refused('a103', clinic => 'b'), 'provider a103 session of b as doctor invoices UPDATE basic denied because 01',
  'where they are another time, as what they are there [S-33 N-37 +]');
select is(pg_temp.refused('a103', chosen => 'a'), 'provider a103 session of a as nurse invoices UPDATE basic denied because 01',
  'or where they chose to be [S-33 N-37 +]');
select is(pg_temp.refused('a102', session => '03'), 'provider a102 nowhere as nothing invoices UPDATE basic denied because 01',
  'whose session is another''s is named all the same [S-33 N-37 +, N-16 -]');
select is(pg_temp.refused(null), 'provider nobody nowhere as nothing invoices UPDATE basic denied because 01', 'nobody is refused as nobody [S-33 N-37 +]');
select is(pg_temp.refused(null, 'none'), 'nothing', 'the owner is refused by nobody, and nothing is written [N-37 -]');
select is(pg_temp.refused('a102', 'none'), 'nothing', 'whatever token stands beside it [N-37 -]');
select is(pg_temp.refused('a102', 'service_role'), 'nothing', 'nor is the server [N-37 -]');
-- Of operations it tells no membership of theirs, and nowhere that they did not name.
create or replace function authz.acting_realm() returns text language sql stable as $$ select 'internal_ops' $$;
select is(pg_temp.refused('a102', clinic => 'a'), 'internal_ops a102 session of a as nothing invoices UPDATE basic denied because 01',
  'operations are refused where that is named, and not as what they are elsewhere [N-37 +, N-37 -]');
select is(pg_temp.refused('a102'), 'internal_ops a102 session nowhere as nothing invoices UPDATE basic denied because 01', 'and else nowhere [N-37 -]');

select * from finish();
rollback;
