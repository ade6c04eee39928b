-- public.sign_form: a member of the clinic witnesses a signature: with a name and a meaning, of what was drawn up by another, once.
begin;
select plan(29);

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
-- The seeded draft, which is a consent form, or another that stands otherwise.
create function pg_temp.sign(who text default '02', name text default 'Ana Patient', meaning text default 'consent', digest text default null, form text default '01', more jsonb default '{}') returns text language sql as $$
  select pg_temp.by(who, format('select string_agg(k.key, '' '' order by k.key) from jsonb_object_keys(public.sign_form((select f.id from public.signed_forms as f where right(f.id::text, 2) = %L and f.organisation_id = ''a0000000-0000-7000-8000-000000000001''), %L, %L, %L)) as k (key)',
    form, name, meaning, digest), more)
$$;
-- What it says while something stands otherwise, which is then taken back.
create function pg_temp.sign_while(change text, who text default '02', meaning text default 'consent') returns text language plpgsql as $$
declare
  v_said text;
begin
  begin
    alter table public.signed_forms disable trigger user;
    alter table public.form_templates disable trigger user;
    alter table public.consents disable trigger user;
    alter table public.documents disable trigger user;
    execute change;
    alter table public.signed_forms enable trigger user;
    alter table public.form_templates enable trigger user;
    alter table public.consents enable trigger user;
    alter table public.documents enable trigger user;
    v_said := pg_temp.sign(who, meaning => meaning);
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then return v_said;
  end;
end
$$;
create function pg_temp.form() returns text language sql as $$
  select concat_ws('|', f.status, f.typed_name, f.meaning, f.capacity, right(f.signed_by_user_id::text, 2), right(f.witness_user_id::text, 2), case when f.signed_at between now() and clock_timestamp() then 'now' end,
    f.content_sha256 = authz.digest(f.content), (select concat_ws(' ', host(e.signed_ip), e.ip_source, e.record_sha256 = authz.digest(e.record), (select string_agg(k.key, ',' order by k.key) from jsonb_object_keys(e.record::jsonb) as k (key))) from public.signed_form_evidence as e where e.organisation_id = f.organisation_id and e.id = f.id))
  from public.signed_forms as f where right(f.id::text, 2) = '01' and f.organisation_id = 'a0000000-0000-7000-8000-000000000001'
$$;
select is(pg_temp.sign(name => null), 'CD017 a signature needs the typed name', 'a signature has a name [S-31 -]');
select is(pg_temp.sign(name => ' A '), 'CD017 a signature needs the typed name', 'of two letters, without the blanks around them [S-31 -]');
select is(pg_temp.sign(name => '. . -'), 'CD017 a signature needs the typed name', 'which are no points and dashes [S-31 -]');
select is(pg_temp.sign(name => repeat('x', 121)), 'CD017 a signature needs the typed name', 'of no more than 120 [S-31 -]');
select is(pg_temp.sign(name => E'Ana\u202e Patient'), 'CD017 a signature needs the typed name', 'without signs that nobody sees [S-31 -]');
select is(pg_temp.sign(meaning => null), 'CD017 a signature needs a meaning', 'it has a meaning [S-31 -]');
select is(pg_temp.sign(meaning => 'witness'), 'CD017 a signature needs a meaning', 'which is one of four [S-31 -]');
select is(pg_temp.sign(meaning => 'acknowledgement'), 'CD017 a consent form is not signed with this meaning', 'a consent form means consent [S-31 -]');
select is(pg_temp.sign(meaning => 'financial_responsibility'), 'CD017 a consent form is not signed with this meaning', 'and nothing of money [S-31 -]');
select is(pg_temp.sign(form => '99'), 'CD010 form not found', 'a form that there is not is signed by nobody [S-31 -]');
select is(pg_temp.sign(form => '02', meaning => 'financial_responsibility'), 'CD013 the form has been signed already', 'nor one that was signed [S-33 -]');
select is(pg_temp.sign(who => '05'), 'CD017 who drew the form up does not witness it', 'who drew it up does not witness it [S-32 -]');
select is(pg_temp.sign(digest => 'sha256:0'), 'CD017 the form is no longer what was shown', 'what is signed is what was shown [S-32 -]');
select is(pg_temp.sign(more => '{"session_id": null}'), '42501 forms are not yours to sign or to witness', 'nobody witnesses without a session [S-32 -]');
select is(pg_temp.sign_while($$ update public.signed_forms set created_by_user_id = null $$), 'CD017 who drew the form up does not witness it',
  'what was drawn up by nobody is witnessed by nobody: they might be one [S-32 -]');
select is(pg_temp.sign_while($$ update public.signed_forms set created_by_user_id = 'a1000000-0000-7000-8000-000000000002' $$), 'CD017 who drew the form up does not witness it',
  'nor by who drew it up, whoever that is [S-32 -]');
select is(pg_temp.sign_while($$ update public.form_templates set archived_at = now() $$), 'CD017 the text of this form has been retired',
  'a text that was retired is not signed [S-31 -]');
select is(pg_temp.sign_while($$ update public.signed_forms set archived_at = now() $$), 'CD010 form not found', 'nor a form that was put away [S-31 -]');
select is(pg_temp.sign_while($$ update public.consents as c set signed_form_id = f.id, status = 'proposed', created_by_user_id = 'a1000000-0000-7000-8000-000000000002' from public.signed_forms as f where right(f.id::text, 2) = '01' and f.organisation_id = c.organisation_id and right(c.id::text, 4) = '0001' $$), 'CD017 who drew the form up does not witness it',
  'nor one that carries what the witness proposed [S-32 -]');
select is(pg_temp.sign_while($$ update public.consents as c set signed_form_id = f.id, status = 'proposed', created_by_user_id = null from public.signed_forms as f where right(f.id::text, 2) = '01' and f.organisation_id = c.organisation_id and right(c.id::text, 4) = '0001' $$), 'CD017 who drew the form up does not witness it',
  'or nobody [S-32 -]');
select is(pg_temp.sign_while($$ update public.consents as c set signed_form_id = f.id, status = 'proposed', created_by_user_id = 'a1000000-0000-7000-8000-000000000005' from public.signed_forms as f where right(f.id::text, 2) = '01' and f.organisation_id = c.organisation_id and right(c.id::text, 4) = '0001' $$), 'content_sha256 form_id record_sha256 signed_at',
  'what a colleague proposed is witnessed [S-32 +]');
select is(pg_temp.sign_while($$ update public.signed_forms set template_id = (select id from public.form_templates where kind = 'financial') where status = 'draft' $$, meaning => 'consent'), 'CD017 a financial form is not signed with this meaning',
  'a form about money means no consent [S-31 -]');
select is(pg_temp.sign_while($$ update public.signed_forms set patient_id = 'a3000000-0000-7000-8000-000000000005', template_id = (select id from public.form_templates where kind = 'financial') where status = 'draft' and organisation_id = 'a0000000-0000-7000-8000-000000000001' $$, meaning => 'acknowledgement'), 'content_sha256 form_id record_sha256 signed_at',
  'it is acknowledged [S-31 +]');
select is(pg_temp.sign_while($$ update public.signed_forms set template_id = (select id from public.form_templates where kind = 'aob') where status = 'draft' $$, meaning => 'assignment_of_benefits'), 'content_sha256 form_id record_sha256 signed_at',
  'an assignment of benefits means that [S-31 +]');
select is(pg_temp.sign_while($$ update public.signed_forms as f set document_id = d.id from public.documents as d where d.organisation_id = f.organisation_id and d.patient_id = f.patient_id and f.status = 'draft' $$), 'content_sha256 form_id record_sha256 signed_at',
  'a document that the form speaks of is there [S-31 +]');
select is(pg_temp.sign_while($$ update public.signed_forms as f set document_id = d.id from public.documents as d where d.organisation_id = f.organisation_id and d.patient_id = f.patient_id and f.status = 'draft'; update public.documents set status = 'withdrawn' $$), 'CD017 the document that the form speaks of is not there to be signed',
  'one that was withdrawn is not [S-31 -]');
select is(pg_temp.sign_while($$ update public.signed_forms as f set document_id = d.id from public.documents as d where d.organisation_id = f.organisation_id and d.patient_id = f.patient_id and f.status = 'draft'; update public.documents set archived_at = now() $$), 'CD017 the document that the form speaks of is not there to be signed',
  'nor one that was put away [S-31 -]');
select is(pg_temp.sign(name => '  Ana Patient ') || ' ' || pg_temp.form(), 'content_sha256 form_id record_sha256 signed_at active|Ana Patient|consent|patient|02|now|t|unknown t body_sha256,capacity,content_sha256,form_id,format,ip_source,meaning,organisation_id,patient_id,session_id,signed_at,signed_by_user_id,signed_ip,typed_name,user_agent,witness_user_id',
  'a colleague witnesses it, by name, meaning, clock and digest, and the evidence says all of it [S-32 +]');
select is(pg_temp.sign(), 'CD013 the form has been signed already', 'once [S-33 -]');

select * from finish();
rollback;
