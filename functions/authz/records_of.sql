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
