-- authz.is_handed_over: what a clinic has handed to operations: the case, its patient, the bed that they lie in, and with the patient's consent their chart.
begin;
select plan(27);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.is_over(kind text, id text, clinic text default 'a') returns boolean language sql as $$
  select authz.is_handed_over(kind, (clinic || '0000000-0000-7000-8000-000000000001')::uuid, (case kind when 'case' then 'af' when 'bed' then 'ae' else 'a3' end || '000000-0000-7000-8000-0000000000' || id)::uuid)
$$;
-- Whether the seeded case, its patient, bed and chart are, in a word each, while something stands otherwise.
create function pg_temp.over_while(relation text, key text, change text) returns text language plpgsql as $$
declare
  v_said text;
begin
  execute format('alter table public.%I disable trigger user', relation);
  begin
    execute format('update public.%I set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %L', relation, change, key);
    v_said := concat_ws(' ', case when pg_temp.is_over('case', '03') then 'case' end, case when pg_temp.is_over('patient', '03') then 'patient' end,
      case when pg_temp.is_over('bed', '04') then 'bed' end, case when pg_temp.is_over('consenting_patient', '03') then 'chart' end);
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then null;
  end;
  execute format('alter table public.%I enable trigger user', relation);
  return v_said;
end
$$;

select ok(pg_temp.is_over('case', '03'), 'a case that was handed off [S-29 +]');
select ok(not pg_temp.is_over('case', '01') and not pg_temp.is_over('case', '02'), 'no other case of the clinic [S-29 -]');
select ok(not pg_temp.is_over('case', '03', 'b'), 'nor another clinic''s of that id [S-05 -]');
select ok(pg_temp.is_over('patient', '03'), 'its patient [S-29 +]');
select ok(not pg_temp.is_over('patient', '01'), 'no other patient [S-29 -]');
select ok(not pg_temp.is_over('patient', '03', 'b'), 'nor another clinic''s [S-05 -]');
select ok(pg_temp.is_over('bed', '04'), 'the bed that they lie in [S-29 +]');
select ok(not pg_temp.is_over('bed', '02') and not pg_temp.is_over('bed', '01'), 'no other bed [S-29 -]');
select ok(not pg_temp.is_over('bed', '04', 'b'), 'nor another clinic''s [S-05 -]');
select ok(pg_temp.is_over('consenting_patient', '03'), 'the chart of who consents [S-29 +, N-50 +]');
select ok(not pg_temp.is_over('consenting_patient', '01'), 'no other chart [S-29 -]');
select ok(not pg_temp.is_over('consenting_patient', '03', 'b'), 'nor another clinic''s [S-05 -]');
select ok(not pg_temp.is_over('chart', '03'), 'nothing else [S-29 -]');

select is(pg_temp.over_while('cases', '03', 'updated_at = updated_at'), 'case patient bed chart', 'the case with all that goes with it [S-29 +]');
select is(pg_temp.over_while('cases', '03', 'archived_at = now()'), '', 'an archived case is nobody''s [S-29 -]');
select is(pg_temp.over_while('cases', '03', 'status = ''closed'''), '', 'nor is one that was closed [S-29 -]');
select is(pg_temp.over_while('cases', '03', 'handed_off_at = null, status = ''active'''), '', 'or is the clinic''s again [S-29 -]');
select is(pg_temp.over_while('admissions', '02', 'status = ''discharged'', disposition = ''home'', discharged_at = now()'), 'case patient chart', 'the bed of who was discharged is not [S-29 -]');
select is(pg_temp.over_while('admissions', '02', 'archived_at = now()'), 'case patient chart', 'nor of a stay that was written by mistake [S-29 -]');
select is(pg_temp.over_while('admissions', '02', 'case_id = null'), 'case patient chart', 'nor of one that is not of the case [S-29 -]');
select is(pg_temp.over_while('consents', '32', 'status = ''withdrawn'', withdrawn_at = now()'), 'case patient bed', 'a consent that was withdrawn closes the chart [N-50 -]');
select is(pg_temp.over_while('consents', '32', 'archived_at = now()'), 'case patient bed', 'that was put away [N-50 -]');
select is(pg_temp.over_while('consents', '32', 'purpose = ''marketing'''), 'case patient bed', 'that is to something else [N-50 -]');
select is(pg_temp.over_while('consents', '32', 'expires_at = now() - interval ''1 minute'''), 'case patient bed', 'whose day is over [N-50 -]');
select is(pg_temp.over_while('consents', '32', 'superseded_at = now() - interval ''1 minute'''), 'case patient bed', 'whose text has changed [N-45 -]');
select is(pg_temp.over_while('consents', '32', 'expires_at = now() + interval ''1 minute'', superseded_at = now() + interval ''2 minutes'''), 'case patient bed chart', 'until then it is open [N-50 +]');
select is(pg_temp.over_while('consents', '32', 'patient_id = ''a3000000-0000-7000-8000-000000000001'''), 'case patient bed', 'another patient''s consent opens nothing [N-50 -]');

select * from finish();
rollback;
