-- authz.tg__words: a reason, a title and a place are said in signs that somebody can see, and in as many as they take.
begin;

create temporary table said (relation regclass, column_name text, least integer);
insert into said values
  ('public.consent_purposes', 'description', 1), ('public.consent_purpose_versions', 'description', 1),
  ('public.form_templates', 'title', 1), ('public.form_templates', 'body', 1), ('public.invoice_lines', 'description', 1),
  ('public.legal_holds', 'reason', 10), ('public.retention_extensions', 'reason', 10),
  ('public.subject_requests', 'refusal_basis', 1), ('public.subject_requests', 'answered_otherwise', 10),
  ('public.transfers', 'pickup', 1), ('public.transfers', 'destination', 1);
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

select plan(36);
select is(pg_temp.written(s.relation, s.column_name, to_jsonb(repeat(E' \t\u200b', 10))), format('23514 %s.%s takes words', split_part(s.relation::text, '.', -1), s.column_name),
  format('%s.%s takes no blanks, however many [N-37 -, N-49 -]', s.relation, s.column_name))
from said as s;
select is(pg_temp.written(s.relation, s.column_name, to_jsonb('  ' || repeat('x', s.least - 1) || '  ')), format('23514 %s.%s takes words', split_part(s.relation::text, '.', -1), s.column_name),
  format('%s.%s takes no less than %s signs, blanks around them aside [N-37 -, N-49 -]', s.relation, s.column_name, s.least))
from said as s;
-- A request that is open takes neither answer, and no form another text: they say so for a reason of their own.
select is(pg_temp.written(s.relation, s.column_name, to_jsonb(repeat('x', s.least))),
  case s.relation when 'public.form_templates'::regclass then 'CD014 the text of a form never changes' when 'public.subject_requests'::regclass then format('23514 new row for relation "subject_requests" violates check constraint "subject_requests_%s_check"', s.column_name) else '1 written' end,
  format('%s.%s takes %s signs [N-37 +, N-49 +]', s.relation, s.column_name, s.least))
from said as s;

alter table public.transfers disable trigger user;
select is(pg_temp.written('public.transfers', 'pickup', to_jsonb(E'\u200b'::text)), '1 written', 'a place that nobody sees stood there before anybody asked');
alter table public.transfers enable always trigger _085_words;
select is(pg_temp.written('public.transfers', 'destination', to_jsonb('Ward 7'::text)), '1 written', 'it is not refused at the next change of something else [N-49 +]');
select is(pg_temp.written('public.transfers', 'pickup', to_jsonb(E'\u200b\u200b'::text)), '23514 transfers.pickup takes words', 'but to who writes another there [N-49 -]');

select * from finish();
rollback;
