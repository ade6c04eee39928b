-- migrate:up
-- Why: An id names a row within its organisation; for operations and patients evaluate_policy judged either of two, and a document of operations by another clinic's row.
-- Access: +1 grant, 2 definer functions
--   ~ authz.records_of is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.judge(jsonb, jsonb, text, text, uuid, text, integer, text[], uuid, timestamp with time zone, inet, text)
--   ~ authz.simulate is written, and runs with the rights of its owner
--   widens: authz.simulate(text, text, uuid, text, uuid, uuid, timestamp with time zone, inet, text), which 5 functions, 4 policies and 1 trigger ask, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: records_of replaces it.
drop function authz.record_of(jsonb, uuid, text, uuid, uuid);

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.records_of: what decisions about a row depend on, and nothing else of it: once for each organisation that has a row of
-- this id and that the caller reaches, since an id names a row within its organisation alone. Staff are given rows of their
-- organisation; a patient those of where they have an account. Whoever names an organisation is given rows of it, in every
-- realm. Names come from the rules, never from the caller.
create or replace function authz.records_of(rules jsonb, id uuid, realm text, user_id uuid, organisation_id uuid)
  returns setof jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_reach text := '';
begin
  if rules ->> 'tenantKey' is not null then
    v_reach := format(
      case realm
        when 'provider' then 'and t.%1$I = $2'
        when 'patient' then
          'and (t.%1$I = $2 or $2 is null)
           and exists (select from authz.live_patient_accounts as a where a.organisation_id = t.%1$I and a.user_id = $3)'
        else 'and (t.%1$I = $2 or $2 is null)'
      end || ' order by t.%1$I',
      rules ->> 'tenantKey'
    );
  end if;
  return query execute format(
    'select jsonb_build_object(%s) from %I.%I as t where t.%I = $1 %s',
    (select string_agg(format('%L, t.%I', c.name, c.name), ', ') from jsonb_array_elements_text(rules -> 'columns') as c (name)),
    rules ->> 'schema', rules ->> 'table', rules ->> 'rowKey', v_reach
  ) using records_of.id, records_of.organisation_id, records_of.user_id;
end
$$;
comment on function authz.records_of(jsonb, uuid, text, uuid, uuid) is
  'The columns that decisions depend on, of each row of an id that the callers realm and organisation reach, by organisation. [N-08, S-29]';
alter function authz.records_of(jsonb, uuid, text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.records_of(jsonb, uuid, text, uuid, uuid) from public;

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

-- authz.simulate: what the rules say of one row for one caller, moment and address, with the verdict of every condition.
-- It says no more of a row than that it was not found, unless the caller's role and realm reach it. Of rows of one id in
-- several organisations it judges those that the caller reaches, as a statement that names the id does, and tells what is
-- best for them. STABLE, so that PostgreSQL itself refuses it any write.
create or replace function authz.simulate(
  table_name text, operation text, id uuid, realm text, user_id uuid, organisation_id uuid, at timestamptz, address inet,
  purpose text
)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rules constant jsonb := authz.rules_of(table_name);
  v_role text;
  v_rank integer;
  v_capabilities text[];
  v_rule jsonb;
  v_answer jsonb;
  v_audience boolean := false;
begin
  if operation not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') or operation is null then
    raise exception 'unknown operation'
      using errcode = 'CD012', hint = 'Use SELECT, INSERT, UPDATE or DELETE.';
  end if;
  select m.role, m.rank, m.capabilities
    into v_role, v_rank, v_capabilities
    from authz.membership_at(realm, user_id, organisation_id, at) as m;

  -- Whether any rule is theirs does not depend on the row, and is answered before it is looked for.
  for v_rule in select r from jsonb_array_elements(v_rules -> 'rules') as r loop
    v_audience := v_audience or (
      v_rule ->> 'realm' = realm and v_rule ->> 'operation' = operation
      and authz.is_of_audience(v_rule, v_role, v_capabilities)
    );
  end loop;
  if not v_audience then
    return authz.verdict(false, 'no rule for this role', '[{"condition": "role", "satisfied": false}]', false, false);
  end if;

  select j.verdict
    into v_answer
    from authz.records_of(v_rules, id, realm, user_id, organisation_id) with ordinality as r (record, place)
   cross join lateral authz.judge(
           v_rules, r.record, operation, realm, user_id, v_role, v_rank, v_capabilities, organisation_id, at, address, purpose
         ) as j (verdict)
   order by (j.verdict ->> 'allowed')::boolean desc, j.verdict ->> 'reason' = 'not found', r.place
   limit 1;
  return coalesce(v_answer, authz.verdict(false, 'not found', '[]', false, false));
end
$$;

revoke create on schema authz from cordon_definer;

-- migrate:down
