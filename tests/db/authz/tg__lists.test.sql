-- authz.tg__lists: a list is one of texts, of at most fifty.
begin;

create temporary table listed (relation regclass, column_name text, known text);
insert into listed values
  ('public.consent_purpose_versions', 'data_categories', 'clinical'), ('public.consent_purpose_versions', 'recipients', 'laboratory'),
  ('public.form_templates', 'purposes', 'treatment'), ('public.invitations', 'capabilities', 'finance'), ('public.medical_record_details', 'codes', 'I10'),
  ('public.medical_records', 'segments', 'PSY'), ('public.organisation_members', 'capabilities', 'finance'),
  ('public.organisation_settings', 'modules', 'charts'), ('public.organisation_settings', 'legal_bases', 'consent');
-- One row is changed, in the organisation that it belongs to; what nobody changes is written anew.
create function pg_temp.written(relation regclass, column_name text, value jsonb) returns text language plpgsql as $$
declare
  v_rows integer;
  v_message text;
begin
  execute format('select set_config(''app.pinned_organisation_id'', (select coalesce(to_jsonb(r) ->> ''organisation_id'', to_jsonb(r) ->> ''id'') from %s as r order by r::text limit 1), true)', relation);
  if relation = 'public.consent_purpose_versions'::regclass then
    execute format('insert into %1$s select (jsonb_populate_record(null::%1$s, to_jsonb(r) || %2$L)).* from %1$s as r order by r.version desc limit 1', relation, jsonb_build_object(column_name, value));
  else
    execute format('update %1$s set %2$I = (jsonb_populate_record(null::%1$s, %3$L)).%2$I where ctid = (select r.ctid from %1$s as r order by r::text limit 1)',
      relation, column_name, jsonb_build_object(column_name, value));
  end if;
  get diagnostics v_rows = row_count;
  return v_rows || ' written';
exception
  when others then
    get stacked diagnostics v_message = message_text;
    return sqlstate || ' ' || v_message;
end
$$;

select plan(48);
select is(pg_temp.written(l.relation, l.column_name, v.value), format('23514 %s.%s takes one list of texts', split_part(l.relation::text, '.', -1), l.column_name),
  format('%s.%s takes no %s [N-01 -, N-04 -]', l.relation, l.column_name, v.what))
from listed as l
cross join lateral (values (jsonb_build_array(jsonb_build_array(l.known)), 'list of lists'), (jsonb_build_array(l.known, null), 'list with NULL in it'),
  (to_jsonb(array_fill(l.known, array[51])), 'list of 51')) as v (value, what);
select isnt(pg_temp.written(l.relation, l.column_name, to_jsonb(array_fill(l.known, array[50]))), format('23514 %s.%s takes one list of texts', split_part(l.relation::text, '.', -1), l.column_name),
  format('%s.%s is not refused a list of 50 for its length [N-01 +, N-04 +]', l.relation, l.column_name))
from listed as l;
select is(pg_temp.written(l.relation, l.column_name, jsonb_build_array(l.known)), case l.relation when 'public.form_templates'::regclass then 'CD014 the text of a form never changes' else '1 written' end, format('%s.%s takes a list of one [N-01 +, N-04 +]', l.relation, l.column_name))
from listed as l;

alter table public.medical_records disable trigger user;
select is(pg_temp.written('public.medical_records', 'segments', '[["PSY"]]'), '1 written', 'a list of lists stood there before anybody asked');
alter table public.medical_records enable always trigger _086_lists;
select is(pg_temp.written('public.medical_records', 'archived_at', 'null'), '1 written', 'it is not refused at its next change [N-01 +]');
select is(pg_temp.written('public.medical_records', 'segments', '[["HIV"]]'), '23514 medical_records.segments takes one list of texts', 'but to who writes another there [N-01 -]');

select * from finish();
rollback;
