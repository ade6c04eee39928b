-- public.consent_receipt: what a consent was to, on paper that somebody can keep.
begin;
select plan(37);

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
create function pg_temp.receipt(who text, consent text, path text default '{record_id}', more jsonb default '{}') returns text language sql as $$
  select pg_temp.by(who, format('select right((r ->> ''receipt'')::jsonb #>> %L, 120) || '' '' || (right(r ->> ''receipt_sha256'', 64) = encode(sha256(convert_to(r ->> ''receipt'', ''UTF8'')), ''hex''))
    from public.consent_receipt(%L) as r', path, (select c.id from public.consents as c where right(c.id::text, 4) = '00' || consent and c.organisation_id = (case left(who, 1) when 'b' then 'b' else 'a' end || '0000000-0000-7000-8000-000000000001')::uuid)), more)
$$;
create function pg_temp.it_is(change text, consent text default '01') returns void language plpgsql as $$
begin
  alter table public.consents disable trigger user;
  execute format('update public.consents set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 4) = ''00%s''', change, consent);
  alter table public.consents enable trigger user;
end
$$;
select is(pg_temp.receipt('05', '01', '{record_id}'), 'a6000000-0000-7000-8000-000000000001 true', 'reception gives it, under its digest [N-45 +]');
select is(pg_temp.receipt('02', '01', '{format}'), 'cordon.consent-receipt.1 true', 'it says its format [N-45 +]');
select is(pg_temp.receipt('02', '01', '{schema_version}'), 'ISO/IEC TS 27560:2023 true', 'it says by which standard it is written [N-45 +]');
select is(pg_temp.receipt('02', '01', '{pii_principal_id}'), 'a3000000-0000-7000-8000-000000000001 true', 'it says of whom it is [N-45 +]');
select is(pg_temp.receipt('02', '01', '{pii_controller,id}'), 'a0000000-0000-7000-8000-000000000001 true', 'it says who answers for the data [N-45 +]');
select is(pg_temp.receipt('02', '01', '{pii_controller,name}'), 'Clínica Aurora true', 'it says how they are called [N-45 +]');
select is(pg_temp.receipt('02', '01', '{pii_controller,country}'), 'BR true', 'it says where they are [N-45 +]');
select is(pg_temp.receipt('02', '01', '{jurisdiction}'), 'lgpd true', 'it says under which law [N-45 +]');
select is(pg_temp.receipt('02', '01', '{purpose,name}'), 'treatment true', 'it says to which purpose [N-45 +]');
select is(pg_temp.receipt('02', '01', '{purpose,version}'), '1 true', 'it says in which version [N-45 +]');
select is(pg_temp.receipt('02', '01', '{lawful_basis}'), 'consent true', 'it says on which basis [N-45 +]');
select is(pg_temp.receipt('02', '01', '{pii_categories}'), '["clinical", "identity"] true', 'it says of which data [N-45 +]');
select is(pg_temp.receipt('02', '01', '{recipients}'), '[] true', 'it says who gets them [N-45 +]');
select is(pg_temp.receipt('02', '01', '{retention}'), 'chart true', 'it says how long it is kept [N-45 +]');
select is(pg_temp.receipt('02', '01', '{collection_method}'), 'recorded true', 'it says how it was given [N-45 +]');
select is(pg_temp.receipt('02', '01', '{valid_until}'), 'ok', 'it says that nothing ends it [N-45 +]');
select is(pg_temp.receipt('02', '01', '{break_glass_allowed}'), 'true true', 'it says that an emergency may go past it [N-45 +]');
select is(pg_temp.receipt('02', '01', '{state}'), 'active true', 'it says how it stands [N-45 +]');
select is(pg_temp.receipt('02', '01', '{withdrawn_at}'), 'ok', 'it says that it was not withdrawn [N-45 +]');
select is(pg_temp.receipt('14', '01'), 'a6000000-0000-7000-8000-000000000001 true', 'the privacy officer gives it [N-45 +]');
select is(pg_temp.receipt('b05', '01'), 'b6000000-0000-7000-8000-000000000001 true', 'another clinic''s reception gives its own [S-05 +]');
select is(pg_temp.by('b05', format('select public.consent_receipt(%L)', 'a6000000-0000-7000-8000-000000000001')), 'CD010 consent not found', 'and none of this one [S-05 -]');
select is(pg_temp.receipt('05', '99'), 'CD010 consent not found', 'nor is there one of what there is not [N-45 -]');
select is(pg_temp.by('05', 'select public.consent_receipt((select id from public.consents where false))'), 'CD010 consent not found', 'or of nothing [N-45 -]');
select is(pg_temp.receipt('05', '02'), 'CD010 consent not found', 'nor of what was never given [N-45 -]');
select pg_temp.it_is('archived_at = now()');
select is(pg_temp.receipt('05', '01'), 'CD010 consent not found', 'nor of what was put away [N-45 -]');
select pg_temp.it_is('archived_at = null, patient_status = ''inactive''');
select is(pg_temp.receipt('05', '01'), 'CD010 consent not found', 'of whom the clinic sees no more reception gives none [N-27 -]');
select is(pg_temp.receipt('14', '01'), 'a6000000-0000-7000-8000-000000000001 true', 'the privacy officer does [N-45 +]');
select pg_temp.it_is('patient_status = ''active'', expires_at = ''2030-01-02 03:04:05Z'', superseded_at = ''2029-01-02 03:04:05Z''');
select is(pg_temp.receipt('05', '01', '{valid_until}'), '2029-01-02T03:04:05.000000Z true', 'until its text changes, where that is first [N-45 +]');
select pg_temp.it_is('superseded_at = null');
select is(pg_temp.receipt('05', '01', '{valid_until}'), '2030-01-02T03:04:05.000000Z true', 'or until its day [N-45 +]');
select is(pg_temp.receipt('05', '01', '{signed_form}'), 'ok', 'no form was signed [N-45 +]');
select pg_temp.it_is('signed_form_id = (select f.id from public.signed_forms as f where right(f.id::text, 2) = ''02'' and f.organisation_id = consents.organisation_id)');
select is((pg_temp.receipt('05', '01', '{signed_form,content_sha256}') = (select f.content_sha256 || ' true' from public.signed_forms as f where right(f.id::text, 2) = '02' and f.organisation_id = 'a0000000-0000-7000-8000-000000000001'))::text, 'true',
  'where one was, it says what was [S-31 +]');
select is(pg_temp.receipt('05', '01', '{given_by}'), 'ok', 'by whom it was given is not said where it was not kept [N-45 +]');
select pg_temp.it_is('given_as = ''patient'', given_by_user_id = ''a2000000-0000-7000-8000-000000000001''');
select is(pg_temp.receipt('05', '01', '{given_by,capacity}'), 'patient true', 'where it was, it is, and as what [N-45 +]');
select is(pg_temp.receipt('05', '01', '{withdrawal_method}'), 'l, at any time and without a reason: withdraw_consent. Or by any request to the controller, who records it the same way. true',
  'it says how it is withdrawn [N-50 +]');
select is(pg_temp.receipt('05', '05', '{withdrawal_method}'), 'o consent: object, on the portal (subject_requests, kind objection) or by any request to the controller, who answers it. true',
  'or how one objects to what is no consent [N-49 +]');
select pg_temp.it_is('status = ''withdrawn'', withdrawn_at = ''2028-01-02 03:04:05Z''');
select is(pg_temp.receipt('05', '01', '{withdrawn_at}'), '2028-01-02T03:04:05.000000Z true', 'and when it was withdrawn [N-50 +]');

select * from finish();
rollback;
