-- public.terminate_form, public.withdraw_consent: what was signed and given is ended by whom it may, with a reason, and once.
begin;
select plan(26);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What a member of the clinic is answered, by the end of their user_id; the server, without one.
create function pg_temp.by(who text, statement text, more jsonb default '{}') returns text language plpgsql as $$
declare
  v_answer text;
begin
  if who is not null then
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', (jsonb_build_object('sub', case left(who, 1) when 'b' then 'b1' else 'a1' end || '000000-0000-7000-8000-0000000000' || right(who, 2),
      'role', 'authenticated', 'session_id', case left(who, 1) when 'b' then 'b1' else 'a1' end || '000000-0000-7000-9000-0000000000' || right(who, 2)) || more)::text, true);
  end if;
  execute statement into v_answer;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return coalesce(v_answer, 'ok');
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.terminate(who text, form text, reason text, more jsonb default '{}') returns text language sql as $$
  select pg_temp.by(who, format('select case when terminated_at between now() and clock_timestamp() then ''now'' end from public.terminate_form((select f.id from public.signed_forms as f where right(f.id::text, 2) = %L and f.organisation_id = ''a0000000-0000-7000-8000-000000000001''), %L) as terminated_at', form, reason), more)
$$;
create function pg_temp.withdraw(who text, consent text, reason text, more jsonb default '{}') returns text language sql as $$
  select pg_temp.by(who, format('select case when withdrawn_at between now() and clock_timestamp() then ''now'' end from public.withdraw_consent(%L, %L) as withdrawn_at',
    (select c.id from public.consents as c where right(c.id::text, 4) = '00' || consent and c.organisation_id = case left(who, 1) when 'b' then 'b0000000-0000-7000-8000-000000000001' else 'a0000000-0000-7000-8000-000000000001' end::uuid), reason), more)
$$;
create function pg_temp.forms() returns text language sql as $$
  select string_agg(concat_ws(' ', right(f.id::text, 2), f.status, right(f.terminated_by_user_id::text, 2), f.termination_reason), ', ' order by f.id) from public.signed_forms as f where f.organisation_id = 'a0000000-0000-7000-8000-000000000001'
$$;
create function pg_temp.consents(ids text) returns text language sql as $$
  select string_agg(concat_ws(' ', right(c.id::text, 2), c.status, c.withdrawal_reason), ', ' order by c.id) from public.consents as c
  where c.organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(c.id::text, 4) = any (string_to_array(ids, ','))
$$;
-- The second form carries a consent.
alter table public.consents disable trigger user;
update public.consents set signed_form_id = (select f.id from public.signed_forms as f where right(f.id::text, 2) = '02' and f.organisation_id = consents.organisation_id)
where organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(id::text, 4) = '0001';
alter table public.consents enable trigger user;
select is(pg_temp.terminate('02', '02', 'no longer wanted'), '42501 forms are not yours to terminate', 'a doctor does not terminate a form [S-33 -]');
select is(pg_temp.terminate('01', '02', 'no longer wanted', '{"session_id": null}'), '42501 forms are not yours to terminate',
  'nor a clinic_admin without a session [S-33 -]');
select is(pg_temp.terminate('01', '02', ' too short '), 'CD017 terminating a form takes a reason', 'nor without a reason of ten signs, blanks around it aside [S-33 -]');
select is(pg_temp.terminate('01', '02', null), 'CD017 terminating a form takes a reason', 'nor without any [S-33 -]');
select is(pg_temp.terminate('01', '02', repeat('x', 501)), 'CD017 terminating a form takes a reason', 'nor with one of more than 500 [S-33 -]');
select is(pg_temp.terminate('01', '99', 'no longer wanted'), 'CD010 form not found', 'nor a form that there is not [S-33 -]');
select is(pg_temp.terminate('01', '01', 'no longer wanted'), 'CD013 the form is not in force', 'nor one that nobody signed [S-33 -]');
select is(pg_temp.terminate('01', '02', '  no longer wanted '), 'now', 'a clinic_admin does, with a reason [S-33 +]');
select is(pg_temp.forms(), '01 draft, 02 terminated 01 no longer wanted, 03 active, 04 active', 'that form, by their name [S-33 +]');
select is(pg_temp.terminate('01', '02', 'no longer wanted'), 'CD013 the form is not in force', 'once [S-33 -]');
select is(pg_temp.consents('0001,0002,0003,0004'), '01 withdrawn, 02 proposed, 03 withdrawn, 04 active',
  'what it carried is withdrawn with it, and nothing else [S-33 +, N-50 +]');
select is((select string_agg(e.event_type || ' ' || right(e.entity_id::text, 2) || ' ' || right(e.actor_user_id::text, 2), ', ') from audit.security_events as e where e.occurred_at >= now() and e.event_type like 'signed_form%'), 'signed_form.terminated 02 01',
  'of which the security events tell [N-37 +]');
select is(pg_temp.withdraw('02', '04', 'asked for it by telephone'), '42501 consents are not yours to withdraw', 'a doctor does not withdraw for a patient [N-50 -]');
select is(pg_temp.withdraw('05', '04', 'asked for it by telephone', '{"session_id": null}'), '42501 consents are not yours to withdraw',
  'nor reception without a session [N-50 -]');
select is(pg_temp.withdraw('05', '04', null), 'CD017 withdrawing for a patient takes a reason', 'nor without a reason [N-50 -]');
select is(pg_temp.withdraw('05', '04', ' too short '), 'CD017 withdrawing for a patient takes a reason', 'of ten signs, blanks around it aside [N-50 -]');
select is(pg_temp.withdraw('05', '04', repeat('x', 501)), 'CD017 withdrawing for a patient takes a reason', 'and of 500 at most [N-50 -]');
select is(pg_temp.withdraw('05', '99', 'asked for it by telephone'), 'CD010 consent not found', 'nor what there is not [N-50 -]');
select is(pg_temp.withdraw('05', '06', 'asked for it by telephone'), 'CD005 this is no consent: the organisation relies on another legal basis',
  'nor what rests on another basis [N-50 -]');
select is(pg_temp.withdraw('05', '02', 'asked for it by telephone'), 'CD013 the consent is not in force', 'nor what is only proposed [N-50 -]');
select is(pg_temp.withdraw('05', '04', '  asked for it by telephone ') || ' ' || pg_temp.consents('0004,0006,0032'), 'now 04 withdrawn asked for it by telephone, 06 active, 32 active',
  'reception does what they were asked for, that one alone [N-50 +]');
select is(pg_temp.withdraw('05', '04', 'asked for it by telephone'), 'CD013 the consent is not in force', 'once [N-50 -]');
select is(pg_temp.withdraw('14', '06', 'upheld the objection') || ' ' || pg_temp.consents('0006'), 'now 06 withdrawn upheld the objection',
  'the privacy officer ends another basis [N-49 +]');
select is(pg_temp.withdraw('01', '05', 'upheld the objection') || ' ' || pg_temp.consents('0005'), 'now 05 withdrawn upheld the objection',
  'and a clinic_admin does [N-49 +]');
select is(pg_temp.withdraw('01', '32', 'asked for it by telephone') || ' ' || pg_temp.consents('0032'), 'now 32 withdrawn asked for it by telephone',
  'who withdraws consent as well [N-50 +]');
select is(pg_temp.withdraw('b05', '04', 'asked for it by telephone') || ' ' || pg_temp.consents('0004'), 'now 04 withdrawn asked for it by telephone',
  'in each clinic its own [S-05 -]');

select * from finish();
rollback;
