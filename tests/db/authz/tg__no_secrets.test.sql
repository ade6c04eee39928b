-- authz.tg__no_secrets: every column that somebody types free words into refuses a card number, and takes words.
begin;

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- Written down here, and not read off the triggers: a column that one of them forgot would be forgotten here too.
create temporary table typed (relation regclass, columns text[]);
insert into typed values
  ('public.agreements', '{payer}'),
  ('public.appointment_reasons', '{reason}'),
  ('public.beds', '{ward,label}'),
  ('public.consents', '{withdrawal_reason,justification}'),
  ('public.disclosures', '{recipient_name,legal_ground}'),
  ('public.documents', '{file_name,status_reason}'),
  ('public.emergency_access_reasons', '{reason,review_note}'),
  ('public.guarantees_of_payment', '{payer}'),
  ('public.invoice_lines', '{description}'),
  ('public.legal_holds', '{reason}'),
  ('public.medical_record_details', '{diagnosis,codes,treatment_plan,physician_notes}'),
  ('public.medical_records', '{vitals,medications,author_name}'),
  ('public.organisation_networks', '{label}'),
  ('public.organisation_settings', '{privacy_contact}'),
  ('public.patient_clinical', '{allergies,alerts}'),
  ('public.patient_identity', '{email,nationality}'),
  ('public.patients', '{full_name}'),
  ('public.payments', '{terminal_reference}'),
  ('public.profiles', '{display_name}'),
  ('public.retention_extensions', '{reason}'),
  ('public.security_incidents', '{summary,data_nature,risks,measures,dismissal_reason,subjects_not_told_reason}'),
  ('public.signed_forms', '{typed_name,termination_reason}'),
  ('public.subject_request_evidence', '{evidence,answer}'),
  ('public.subject_requests', '{refusal_basis,answered_otherwise}'),
  ('public.transfers', '{pickup,destination}');
-- What stands in the seed takes no other words, and says so for a reason of its own.
create temporary table settled (relation regclass, columns text[], code text);
insert into settled values
  ('public.agreements', '{payer}', 'CD013'),
  ('public.consents', '{withdrawal_reason}', '23514'),
  ('public.consents', '{justification}', 'CD005'),
  ('public.disclosures', '{recipient_name,legal_ground}', '23505'),
  ('public.documents', '{file_name}', 'CD014'),
  ('public.emergency_access_reasons', '{reason}', '23514'),
  ('public.emergency_access_reasons', '{review_note}', '23505'),
  ('public.medical_records', '{medications}', '23514'),
  ('public.patient_identity', '{nationality}', '23514'),
  ('public.payments', '{terminal_reference}', 'CD013'),
  ('public.signed_forms', '{typed_name,termination_reason}', 'CD014'),
  ('public.subject_requests', '{refusal_basis,answered_otherwise}', '23514');
create function pg_temp.words(relation regclass, column_name text, words text) returns jsonb language sql as $$
  select case format_type(a.atttypid, null) when 'jsonb' then jsonb_build_object('note', words) when 'text[]' then jsonb_build_array(words) else to_jsonb(words) end
  from pg_attribute as a where a.attrelid = relation and a.attname = column_name
$$;
-- One row of the organisation is changed; what nobody changes is written anew.
create function pg_temp.written(relation regclass, column_name text, words text) returns text language plpgsql as $$
declare
  v_one constant text := format('select ctid, * from %s as f where %s order by f::text limit 1', relation,
    case when relation = 'public.profiles'::regclass then 'true' else 'organisation_id = current_setting(''app.pinned_organisation_id'')::uuid' end);
  v_changed constant text := format('jsonb_populate_record(null::%s, to_jsonb(r) || %L)', relation,
    jsonb_build_object(column_name, pg_temp.words(relation, column_name, words)));
  v_rows integer;
begin
  if relation in ('public.disclosures'::regclass, 'public.emergency_access_reasons'::regclass) then
    execute format('insert into %s select (%s).* from (%s) as r', relation, v_changed, v_one);
  else
    execute format('update %1$s as t set %2$I = (%3$s).%2$I from (%4$s) as r where t.ctid = r.ctid', relation, column_name, v_changed, v_one);
  end if;
  get diagnostics v_rows = row_count;
  return v_rows || ' written';
exception
  when others then return concat_ws(' ', sqlstate, case sqlstate when 'CD016' then sqlerrm end);
end
$$;

select plan(95);
select is(pg_temp.written(t.relation, c.name, 'paid with 4111 1111 1111 1111'), format('CD016 %s.%s carries a card number', split_part(t.relation::text, '.', -1), c.name),
  format('%s.%s refuses a card number, and says no digit of it [S-37 -, S-39 -]', t.relation, c.name))
from typed as t, unnest(t.columns) as c (name);
select is(pg_temp.written(t.relation, c.name, 'paid with a card'), coalesce(s.code, '1 written'),
  format('%s.%s takes words, or refuses them for another reason [S-37 +]', t.relation, c.name))
from typed as t
cross join unnest(t.columns) as c (name)
left join settled as s on s.relation = t.relation and c.name = any (s.columns);

alter table public.beds disable trigger user;
select is(pg_temp.written('public.beds', 'ward', 'paid with 4111 1111 1111 1111'), '1 written', 'a number stood there before anybody asked');
alter table public.beds enable always trigger _080_no_secrets;
select is(pg_temp.written('public.beds', 'label', 'paid with a card'), '1 written', 'it is not refused at the next change of something else [S-37 +]');
select is(pg_temp.written('public.beds', 'ward', 'paid with 5500 0000 0000 0004'), 'CD016 beds.ward carries a card number', 'but to who writes another there [S-37 -]');

select * from finish();
rollback;
