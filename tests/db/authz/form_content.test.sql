-- authz.form_content: what a form says, it says of rows of its own organisation, though others carry their ids.
begin;
select plan(3);

create function pg_temp.content() returns jsonb language sql as $$
  select authz.form_content('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1')::jsonb;
$$;
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
insert into public.signed_forms (organisation_id, id, patient_id, template_id, document_id)
select f.organisation_id, '00000000-0000-7000-8000-0000000000f1', f.patient_id, f.template_id, d.id
from public.signed_forms as f
join public.documents as d on d.organisation_id = f.organisation_id and d.patient_id = f.patient_id and d.kind = 'report' and d.status = 'active'
where f.organisation_id = 'a0000000-0000-7000-8000-000000000001' and f.id = 'a9d00000-0000-7000-8000-000000000001';
create temporary table first as select pg_temp.content() as text;
select is((select text #>> '{document,kind}' from first), 'report', 'a form names the document that it speaks of [S-31 +]');

-- Another clinic's document of that id, and its consent in a form of that id.
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
alter table public.documents disable trigger user;
insert into public.documents (organisation_id, id, patient_id, kind, file_name, uploaded_by_user_id)
select 'b0000000-0000-7000-8000-000000000001', (text #>> '{document,id}')::uuid, 'b3000000-0000-7000-8000-000000000001', 'image', 'x.png', 'b1000000-0000-7000-8000-000000000003'
from first;
alter table public.documents enable trigger user;
select lives_ok('select pg_temp.content()', 'another clinic''s document of the same id is none of it [S-04 -]');
select is((select text from first), pg_temp.content(), 'and changes no byte of what is signed [S-04 S-31 -]');

select * from finish();
rollback;
