-- authz.record_of: what decisions about one row depend on, and nothing else of it. Staff are given rows of their
-- organisation alone; names come from the rules, never from the caller.
create or replace function authz.record_of(rules jsonb, id uuid, realm text, user_id uuid, organisation_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_record jsonb;
  v_reach text := '';
begin
  if rules ->> 'tenantKey' is not null and realm = 'provider' then
    v_reach := format('and t.%I = $2', rules ->> 'tenantKey');
  elsif rules ->> 'tenantKey' is not null and realm = 'patient' then
    v_reach := format(
      'and (t.%1$I = $2 or $2 is null)
       and exists (select from authz.live_patient_accounts as a where a.organisation_id = t.%1$I and a.user_id = $3)',
      rules ->> 'tenantKey'
    );
  end if;
  execute format(
    'select jsonb_build_object(%s) from %I.%I as t where t.%I = $1 %s limit 1',
    (select string_agg(format('%L, t.%I', c.name, c.name), ', ') from jsonb_array_elements_text(rules -> 'columns') as c (name)),
    rules ->> 'schema', rules ->> 'table', rules ->> 'rowKey', v_reach
  ) into v_record using record_of.id, record_of.organisation_id, record_of.user_id;
  return v_record;
end
$$;
comment on function authz.record_of(jsonb, uuid, text, uuid, uuid) is
  'The columns of a row that decisions depend on, NULL where the callers realm and organisation do not reach it. [N-08]';
alter function authz.record_of(jsonb, uuid, text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.record_of(jsonb, uuid, text, uuid, uuid) from public;
