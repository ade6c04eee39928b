-- public.consents: a form carries the consents that its text lists, while it is a draft.
begin;
select plan(4);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What the server is answered, and what is so afterwards; then it is taken back.
create function pg_temp.server(statement text, after text default 'select ''done''') returns text language plpgsql as $$
declare
  v_said text;
begin
  execute statement;
  execute after into v_said;
  raise exception '%', coalesce(v_said, 'nothing') using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.carried(form text, purpose text) returns text language sql as $$
  select pg_temp.server(format('insert into public.consents (organisation_id, patient_id, purpose, legal_basis, signed_form_id) select f.organisation_id, f.patient_id, %L, ''consent'', f.id from public.signed_forms as f where f.organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(f.id::text, 2) = %L', purpose, form))
$$;
select is(pg_temp.carried('01', 'transfer_disclosure'), 'done', 'a draft carries what its text lists [N-45 +, S-33 +]');
select is(pg_temp.carried('01', 'research'), 'CD017 the form does not carry this consent', 'and nothing else [N-45 -, S-33 -]');
select is(pg_temp.carried('02', 'transfer_disclosure'), 'CD017 the form does not carry this consent', 'what was signed carries nothing more [S-33 -]');
select is(pg_temp.server('insert into public.consents (organisation_id, patient_id, purpose, legal_basis) values (''a0000000-0000-7000-8000-000000000001'', ''a3000000-0000-7000-8000-000000000001'', ''research'', ''consent'')'), 'done',
  'without a form it is proposed as well [N-45 +]');

select * from finish();
rollback;
