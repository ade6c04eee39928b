-- authz.judge: what rules say of one record for one caller, with the verdict of every condition, by the rule that comes closest.
begin;
select plan(45);

-- Rules of one rule, which says what is given otherwise; and what they answer: whether, why, the conditions that hold in capitals, whether it is on record, whether by emergency.
create function pg_temp.rule(more jsonb default '{}') returns jsonb language sql as $$
  select '{"realm": "provider", "operation": "SELECT", "roles": ["doctor"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic"}'::jsonb || more
$$;
create function pg_temp.judged(rules jsonb, record jsonb default '{}', operation text default 'SELECT', realm text default 'provider', role text default 'doctor', purpose text default null, more jsonb default '{}',
  capabilities text[] default '{}', at timestamptz default '2026-06-01 12:00Z', address inet default '192.0.2.7') returns text language sql as $$
  select concat_ws('|', case when (j ->> 'allowed')::boolean then 'yes' else 'no' end, j ->> 'reason',
    (select string_agg(case when (c ->> 'satisfied')::boolean then upper(c ->> 'condition') else c ->> 'condition' end, ' ' order by n) from jsonb_array_elements(j -> 'conditions') with ordinality as x (c, n)),
    case when (j ->> 'auditRequired')::boolean then 'recorded' end, case when (j ->> 'emergencyAccess')::boolean then 'emergency' end)
  from authz.judge(
    jsonb_build_object('tenantKey', 'organisation_id', 'patientKey', 'patient_id', 'frozenBy', null, 'handedOverBy', 'case', 'handedOverKey', 'case_id', 'rules', case jsonb_typeof(rules) when 'array' then rules else jsonb_build_array(rules) end) || more,
    '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000001", "status": "active", "archived_at": null}'::jsonb || record,
    operation, realm, 'a1000000-0000-7000-8000-000000000002', role, 80, capabilities, 'a0000000-0000-7000-8000-000000000001', at, address, purpose
  ) as j
$$;
select is(pg_temp.judged(pg_temp.rule()), 'yes|allowed|ROLE', 'whom the rule names is allowed [N-08 +]');
select is(pg_temp.judged(pg_temp.rule(), role => 'nurse'), 'no|not found', 'of another role there is nothing to find [N-08 -]');
select is(pg_temp.judged(pg_temp.rule(), role => null), 'no|not found', 'nor of none [N-08 -]');
select is(pg_temp.judged(pg_temp.rule(), realm => 'patient'), 'no|not found', 'nor in another realm [N-08 -]');
select is(pg_temp.judged(pg_temp.rule(), operation => 'INSERT'), 'no|not found', 'nor for another operation [N-08 -]');
select is(pg_temp.judged(pg_temp.rule('{"capabilities": ["finance"]}')), 'no|not found', 'nor without a capability that it asks for [N-08 -]');
select is(pg_temp.judged(pg_temp.rule('{"capabilities": ["finance"]}'), capabilities => '{finance,transport}'), 'yes|allowed|ROLE', 'with it, and others, there is [N-08 +]');
select is(pg_temp.judged(pg_temp.rule('{"auditLevel": "detailed"}')), 'yes|allowed|ROLE|recorded', 'what is read in detail is on record [N-08 +]');
select is(pg_temp.judged(pg_temp.rule('{"conditions": ["active", "unarchived"]}')), 'yes|allowed|ROLE ACTIVE UNARCHIVED', 'each condition is told, where all hold [N-08 +]');
select is(pg_temp.judged(pg_temp.rule('{"conditions": ["active", "unarchived"]}'), '{"status": "proposed"}'), 'no|not met: active|ROLE active UNARCHIVED', 'and which does not [N-08 -]');
select is(pg_temp.judged(pg_temp.rule('{"conditions": ["active", "unarchived"]}'), '{"status": "proposed", "archived_at": "2026-01-01"}'), 'no|not met: active, unarchived|ROLE active unarchived', 'or which do not [N-08 -]');
select is(pg_temp.judged(pg_temp.rule('{"conditions": ["own_user"]}'), '{"user_id": "a1000000-0000-7000-8000-000000000003"}'), 'no|not found', 'what is somebody else''s is not there [N-08 -]');
select is(pg_temp.judged(pg_temp.rule('{"conditions": ["own_user"]}'), '{"user_id": "a1000000-0000-7000-8000-000000000002"}'), 'yes|allowed|ROLE OWN_USER', 'what is one''s own is [N-08 +]');
select is(pg_temp.judged(pg_temp.rule('{"conditions": ["treating", "consent:treatment"]}'), '{"treatment_consent_until": "infinity"}'), 'yes|allowed|ROLE TREATING CONSENT:TREATMENT', 'who treats with consent is allowed [N-18 +]');
select is(pg_temp.judged(pg_temp.rule('{"conditions": ["treating", "consent:treatment"]}')), 'no|not met: consent:treatment|ROLE TREATING consent:treatment', 'without consent not [N-18 -]');
select is(pg_temp.judged(pg_temp.rule('{"conditions": ["treating", "consent:treatment"], "emergencyBypass": true}')), 'no|not met: consent:treatment|ROLE TREATING consent:treatment emergency', 'an emergency that nobody opened changes nothing [N-18 -]');
select is(pg_temp.judged(pg_temp.rule('{"hours": [1, 2]}')), 'no|not met: hours|ROLE hours', 'outside the hours it is not met [N-28 -]');
select is(pg_temp.judged(pg_temp.rule('{"hours": [0, 24]}')), 'yes|allowed|ROLE HOURS', 'within them it is [N-28 +]');
select is(pg_temp.judged(pg_temp.rule('{"network": true}')), 'yes|allowed|ROLE NETWORK', 'from the clinic''s network it is [N-28 +]');
select is(pg_temp.judged(pg_temp.rule('{"network": true}'), address => '198.51.100.1'), 'no|not met: network|ROLE network', 'from elsewhere not [N-28 -]');
select is(pg_temp.judged(pg_temp.rule('{"network": true}'), address => null), 'no|not met: network|ROLE network', 'from nowhere neither [N-28 -]');
select is(pg_temp.judged(pg_temp.rule('{"purposes": ["treatment"]}')), 'yes|allowed|ROLE PURPOSE', 'who says no purpose is asked for none [N-48 +]');
select is(pg_temp.judged(pg_temp.rule('{"purposes": ["treatment"]}'), purpose => 'treatment'), 'yes|allowed|ROLE PURPOSE', 'one that the rule names is met [N-48 +]');
select is(pg_temp.judged(pg_temp.rule('{"purposes": ["treatment"]}'), purpose => 'research'), 'no|not met: purpose|ROLE purpose', 'another is not [N-48 -]');
select is(pg_temp.judged(pg_temp.rule(), purpose => 'research'), 'yes|allowed|ROLE', 'where the rule names none, any is [N-48 +]');
select is(pg_temp.judged(jsonb_build_array(pg_temp.rule('{"conditions": ["active", "proposed"]}'), pg_temp.rule('{"conditions": ["active"]}'))), 'yes|allowed|ROLE ACTIVE', 'of two rules the one that is met answers, if it is the second [N-08 +]');
select is(pg_temp.judged(jsonb_build_array(pg_temp.rule('{"conditions": ["active"]}'), pg_temp.rule('{"conditions": ["active", "proposed"], "auditLevel": "detailed"}'))), 'yes|allowed|ROLE ACTIVE', 'or the first [N-08 +]');
select is(pg_temp.judged(jsonb_build_array(pg_temp.rule('{"conditions": ["proposed"]}'), pg_temp.rule('{"conditions": ["financial"]}'))), 'no|not met: proposed|ROLE proposed', 'where none is, the first of those that come closest [N-08 -]');
select is(pg_temp.judged(jsonb_build_array(pg_temp.rule('{"operation": "UPDATE"}'), pg_temp.rule()), operation => 'UPDATE'), 'yes|allowed|ROLE READABLE', 'what is changed has to be read as well [N-08 +]');
select is(pg_temp.judged(pg_temp.rule('{"operation": "UPDATE"}'), operation => 'UPDATE'), 'no|not met: readable|ROLE readable', 'and cannot be, where no rule shows it [N-08 -]');
select is(pg_temp.judged(jsonb_build_array(pg_temp.rule('{"operation": "UPDATE"}'), pg_temp.rule()), operation => 'UPDATE', more => '{"frozenBy": "case_id"}'), 'yes|allowed|ROLE READABLE NOT_FROZEN', 'what has no case is not frozen [S-34 +]');
select is(pg_temp.judged(jsonb_build_array(pg_temp.rule('{"operation": "UPDATE"}'), pg_temp.rule()), '{"case_id": "af000000-0000-7000-8000-000000000003"}', operation => 'UPDATE', more => '{"frozenBy": "case_id"}'), 'no|not met: not_frozen|ROLE READABLE not_frozen', 'what has one is, for the clinic [S-34 -]');
select is(pg_temp.judged(jsonb_build_array(pg_temp.rule('{"operation": "UPDATE", "realm": "internal_ops"}'), pg_temp.rule('{"realm": "internal_ops"}')), '{"case_id": "af000000-0000-7000-8000-000000000003"}', operation => 'UPDATE', realm => 'internal_ops', more => '{"frozenBy": "case_id"}'), 'yes|allowed|ROLE READABLE', 'not for operations [S-34 +]');
select is(pg_temp.judged(pg_temp.rule(), '{"case_id": "af000000-0000-7000-8000-000000000003"}', more => '{"frozenBy": "case_id"}'), 'yes|allowed|ROLE', 'nor to read [S-34 +]');
select is(pg_temp.judged(pg_temp.rule(), more => '{"tenantKey": null}'), 'no|not found', 'without a tenant there is nothing outside the fence [N-08 -]');
select is(pg_temp.judged(pg_temp.rule(), more => '{"tenantKey": null, "fence": {"provider": ["everyone"]}}'), 'yes|allowed|ROLE', 'inside it there is [N-08 +]');
select is(pg_temp.judged(pg_temp.rule(), more => '{"tenantKey": null, "fence": {"provider": ["everyone", "proposed"]}}'), 'no|not found', 'of which every word holds [N-08 -]');
select is(pg_temp.judged(pg_temp.rule(), more => '{"tenantKey": null, "fence": {"patient": ["everyone"]}}'), 'no|not found', 'for this realm [N-08 -]');
select is(pg_temp.judged('[]'::jsonb), 'no|not found', 'where there is no rule, there is nothing to find [N-08 -]');

-- Broken glass, at that moment.
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.emergency_access_grants disable trigger user;
insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at)
values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000005', 'a1000000-0000-7000-8000-000000000002', '3', '2026-06-01 11:45Z', '2026-06-01 12:15Z');
create function pg_temp.in_emergency(more jsonb default '{}', record jsonb default '{}', at timestamptz default '2026-06-01 12:00Z', address inet default '192.0.2.7') returns text language sql as $$
  select pg_temp.judged(pg_temp.rule('{"conditions": ["treating", "consent:treatment", "active"], "emergencyBypass": true}'::jsonb || more),
    '{"patient_id": "a3000000-0000-7000-8000-000000000005"}'::jsonb || record, at => at, address => address)
$$;
select is(pg_temp.in_emergency(),
  'yes|emergency access|ROLE treating consent:treatment ACTIVE EMERGENCY|recorded|emergency', 'an emergency stands in for treating and consent, and is on record [N-18 +]');
select is(pg_temp.in_emergency('{"hours": [1, 2]}'),
  'yes|emergency access|ROLE treating consent:treatment ACTIVE hours EMERGENCY|recorded|emergency', 'and for the hours [N-18 +]');
select is(pg_temp.in_emergency(record => '{"status": "proposed"}'),
  'no|not met: treating, consent:treatment, active|ROLE treating consent:treatment active EMERGENCY|recorded', 'for nothing else [N-18 -]');
select is(pg_temp.in_emergency('{"network": true}', address => '198.51.100.1'),
  'no|not met: treating, consent:treatment, network|ROLE treating consent:treatment ACTIVE network EMERGENCY|recorded', 'not for the network [N-18 -]');
select is(pg_temp.in_emergency('{"conditions": ["active"]}'),
  'yes|allowed|ROLE ACTIVE EMERGENCY', 'who needs none is let in by their right [N-18 +]');
select is(pg_temp.in_emergency(at => '2026-06-01 12:15Z'),
  'no|not met: treating, consent:treatment|ROLE treating consent:treatment ACTIVE emergency', 'nor when it is over [N-18 -]');

select * from finish();
rollback;
