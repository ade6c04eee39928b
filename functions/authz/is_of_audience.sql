-- authz.is_of_audience: whether a rule speaks of this role. A realm without roles has one audience, all of it.
create or replace function authz.is_of_audience(rule jsonb, role text, capabilities text[])
  returns boolean
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  if rule ->> 'realm' not in ('provider', 'internal_ops') then
    return true;
  end if;
  return role is not null
    and (rule -> 'roles' = '[]' or rule -> 'roles' ? role)
    and rule -> 'capabilities' <@ to_jsonb(capabilities);
end
$$;
comment on function authz.is_of_audience(jsonb, text, text[]) is
  'Whether a rule admits a role with these capabilities; no role is admitted by none. [N-04]';
revoke all on function authz.is_of_audience(jsonb, text, text[]) from public;
grant execute on function authz.is_of_audience(jsonb, text, text[]) to cordon_definer;
