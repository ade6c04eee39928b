-- authz.judge: what the rules say of one record for one caller, with the verdict of every condition: of the rules that admit
-- them, the one that comes closest.
create or replace function authz.judge(
  rules jsonb, record jsonb, operation text, realm text, user_id uuid, role text, rank integer, capabilities text[],
  organisation_id uuid, at timestamptz, address inet, purpose text
)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule jsonb;
  v_conditions jsonb;
  v_emergency boolean;
  v_missing integer;
  v_usual integer;
  v_fewest integer;
  v_answer jsonb;
  v_word text;
  v_holds boolean;
begin
  if rules -> 'tenantKey' = 'null' then
    -- Without a tenant the fence is a rule of its own; outside it there is nothing to find.
    for v_word in select w from jsonb_array_elements_text(coalesce(rules -> 'fence' -> realm, '["none"]')) as w loop
      if not authz.condition_holds(v_word, rules, record, user_id, organisation_id, rank, at) then
        return authz.verdict(false, 'not found', '[]', false, false);
      end if;
    end loop;
  end if;

  <<each_rule>>
  for v_rule in select r from jsonb_array_elements(rules -> 'rules') as r loop
    continue when v_rule ->> 'realm' <> realm or v_rule ->> 'operation' <> operation
      or not authz.is_of_audience(v_rule, role, capabilities);
    v_conditions := '[{"condition": "role", "satisfied": true}]';
    v_missing := 0;
    v_usual := 0;
    for v_word in select w from jsonb_array_elements_text(v_rule -> 'conditions') as w loop
      v_holds := authz.condition_holds(v_word, rules, record, user_id, organisation_id, rank, at);
      -- A row that is somebody else's, or protected from the role, is not there: this rule says nothing of it.
      continue each_rule when not v_holds and v_word in ('own_patient', 'own_organisation', 'own_user', 'unsegmented', 'financial', 'attached', 'handed_over');
      v_conditions := v_conditions || jsonb_build_object('condition', v_word, 'satisfied', v_holds);
      if v_word = 'treating' or v_word like 'consent:%' then
        v_usual := v_usual + (not v_holds)::integer;
      else
        v_missing := v_missing + (not v_holds)::integer;
      end if;
    end loop;
    if v_rule -> 'hours' <> 'null' then
      v_holds := authz.is_within_hours(
        organisation_id, array(select h::integer from jsonb_array_elements_text(v_rule -> 'hours') as h), at
      );
      v_conditions := v_conditions || jsonb_build_object('condition', 'hours', 'satisfied', v_holds);
      v_usual := v_usual + (not v_holds)::integer;
    end if;
    if (v_rule ->> 'network')::boolean then
      v_holds := authz.is_within_networks(organisation_id, address);
      v_conditions := v_conditions || jsonb_build_object('condition', 'network', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if v_rule -> 'purposes' <> '[]' then
      v_holds := purpose is null or v_rule -> 'purposes' ? purpose;
      v_conditions := v_conditions || jsonb_build_object('condition', 'purpose', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    v_emergency := false;
    if (v_rule ->> 'emergencyBypass')::boolean then
      v_holds := authz.condition_holds('emergency', rules, record, user_id, organisation_id, rank, at);
      v_conditions := v_conditions || jsonb_build_object('condition', 'emergency', 'satisfied', v_holds);
      v_emergency := v_holds and v_usual > 0;
    end if;
    if operation = 'UPDATE' then
      -- An UPDATE that names its rows sees only what SELECT shows.
      v_holds := (
        authz.judge(
          rules, record, 'SELECT', realm, user_id, role, rank, capabilities, organisation_id, at, address, purpose
        ) ->> 'allowed'
      )::boolean;
      v_conditions := v_conditions || jsonb_build_object('condition', 'readable', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if operation = 'UPDATE' and realm <> 'internal_ops' and rules ->> 'frozenBy' is not null then
      v_holds := record ->> (rules ->> 'frozenBy') is null;
      v_conditions := v_conditions || jsonb_build_object('condition', 'not_frozen', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    v_missing := v_missing + case when v_emergency then 0 else v_usual end;
    if v_answer is null or v_missing < v_fewest then
      v_fewest := v_missing;
      v_answer := authz.verdict(
        v_missing = 0,
        case
          when v_missing > 0 then 'not met: ' || (
            select string_agg(c ->> 'condition', ', ')
            from jsonb_array_elements(v_conditions) as c
            where not (c ->> 'satisfied')::boolean and c ->> 'condition' <> 'emergency'
          )
          when v_emergency then 'emergency access'
          else 'allowed'
        end,
        v_conditions,
        v_rule ->> 'auditLevel' <> 'basic' or v_emergency,
        v_missing = 0 and v_emergency
      );
    end if;
  end loop;
  return coalesce(v_answer, authz.verdict(false, 'not found', '[]', false, false));
end
$$;
comment on function authz.judge(jsonb, jsonb, text, text, uuid, text, integer, text[], uuid, timestamptz, inet, text) is
  'PolicyEvaluationResult of one record: allowed, reason, conditions with verdicts, auditRequired, emergencyAccess. [N-08, N-44]';
revoke all on function authz.judge(jsonb, jsonb, text, text, uuid, text, integer, text[], uuid, timestamptz, inet, text) from public;
grant execute on function authz.judge(jsonb, jsonb, text, text, uuid, text, integer, text[], uuid, timestamptz, inet, text) to cordon_definer;
