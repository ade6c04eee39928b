-- authz.rules_of: the rules of one table, by the name that callers use. The name is looked up before it is called, so that
-- it can name nothing but rules.
create or replace function authz.rules_of(table_name text)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_name constant text := 'rules_' || regexp_replace(table_name, '^public[.]', '');
  v_rules jsonb;
begin
  if not exists (
    select
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'authz'::regnamespace
      and p.proname = v_name
      and p.pronargs = 0
      and p.prorettype = 'jsonb'::regtype
  ) then
    raise exception 'no rules for this table'
      using errcode = 'CD012', hint = 'Name a table of the API that has an id, such as patients.';
  end if;
  execute format('select authz.%I()', v_name) into v_rules;
  return v_rules;
end
$$;
comment on function authz.rules_of(text) is
  'Access rules of a table of the API; CD012 for anything else. [N-07, N-08]';
alter function authz.rules_of(text) owner to cordon_definer;
revoke all on function authz.rules_of(text) from public;
