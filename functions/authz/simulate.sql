-- authz.simulate: what the rules say of one row for one caller, moment and address, with the verdict of every condition.
-- It says no more of a row than that it was not found, unless the caller's role and realm reach it. Of rows of one id in
-- several organisations it judges those that the caller reaches, as a statement that names the id does, and tells what is
-- best for them. STABLE, so that PostgreSQL itself refuses it any write.
-- Of a moment in the past it asks who had agreed to be a member by then, and what patients consented to at it. Whether it is past says the caller: the
-- clock has gone on since they read it, and what holds now was given in between.
create or replace function authz.simulate(
  table_name text, operation text, id uuid, realm text, user_id uuid, organisation_id uuid, at timestamptz, address inet,
  purpose text, past boolean default false
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
    from authz.membership_at(realm, user_id, organisation_id, at) as m
   where not past
      or realm <> 'provider'
      or exists (
        select
        from public.organisation_members as a
        where a.organisation_id = simulate.organisation_id
          and a.user_id = simulate.user_id
          and (
            a.accepted_at <= at
            -- Who was put out and let in again accepted again: of the time before tells what is kept of it. Whom the system wrote was in at once.
            or exists (
              select
              from audit.security_events as e
              where e.organisation_id = a.organisation_id
                and e.entity_id = a.id
                and (e.event_type = 'membership.accepted' or (e.event_type = 'membership.granted' and e.actor_realm = 'system'))
                and e.occurred_at <= at
                and not exists (
                  select
                  from audit.security_events as x
                  where x.organisation_id = e.organisation_id
                    and x.entity_id = e.entity_id
                    and x.event_type = 'membership.ended'
                    and x.occurred_at between e.occurred_at and at
                )
            )
          )
      );

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
           v_rules, case when past then authz.record_at(v_rules, r.record, user_id, at) else r.record end, operation, realm, user_id, v_role, v_rank, v_capabilities, organisation_id, at, address, purpose
         ) as j (verdict)
   order by (j.verdict ->> 'allowed')::boolean desc, j.verdict ->> 'reason' = 'not found', r.place
   limit 1;
  return coalesce(v_answer, authz.verdict(false, 'not found', '[]', false, false));
end
$$;
comment on function authz.simulate(text, text, uuid, text, uuid, uuid, timestamptz, inet, text, boolean) is
  'PolicyEvaluationResult for a caller, moment and address: allowed, reason, conditions with verdicts, auditRequired, emergencyAccess. Writes nothing. [N-08, N-44]';
alter function authz.simulate(text, text, uuid, text, uuid, uuid, timestamptz, inet, text, boolean) owner to cordon_definer;
revoke all on function authz.simulate(text, text, uuid, text, uuid, uuid, timestamptz, inet, text, boolean) from public;
