-- authz.custom_access_token_hook: realm and organisation from live rows, whatever the event claims.
begin;
select plan(25);

create function pg_temp.claims_of(user_id text, changes jsonb default '{}') returns jsonb language sql as $$
  select authz.custom_access_token_hook(jsonb_build_object(
    'user_id', user_id, 'authentication_method', 'password',
    'claims', '{"aud": "authenticated", "role": "authenticated", "aal": "aal1", "app_metadata": {"provider": "email"}}'::jsonb
      || jsonb_build_object('sub', user_id) || changes
  ))
$$;
create function pg_temp.realm_of(user_id text, changes jsonb default '{}') returns text language sql as $$
  select pg_temp.claims_of(user_id, changes) #>> '{claims,role}'
$$;
create function pg_temp.organisation_of(user_id text, changes jsonb default '{}') returns text language sql as $$
  select pg_temp.claims_of(user_id, changes) #>> '{claims,app_metadata,organisation_id}'
$$;

select is(pg_temp.realm_of('a1000000-0000-7000-8000-000000000002'), 'authenticated', 'a doctor is staff [N-16 +]');
select is(pg_temp.organisation_of('a1000000-0000-7000-8000-000000000002'), 'a0000000-0000-7000-8000-000000000001', 'and begins in the only organisation there is [S-02 +]');
select is(pg_temp.realm_of('f1000000-0000-7000-8000-000000000002'), 'internal_ops', 'an agent is of operations [N-16 +]');
select is(pg_temp.organisation_of('f1000000-0000-7000-8000-000000000002'), null, 'and of no organisation [S-02 +]');
select is(pg_temp.realm_of('a2000000-0000-7000-8000-000000000001'), 'patient', 'a portal account is a patient [N-16 +]');
select is(pg_temp.claims_of('a1000000-0000-7000-8000-000000000002') #>> '{claims,app_metadata,provider}', 'email', 'what else the token says is kept [N-16 +]');
select is(pg_temp.claims_of('a1000000-0000-7000-8000-000000000002', '{"amr": [{"method": "recovery"}]}') #> '{claims,amr}', '[{"method": "recovery"}]', 'how somebody got in above all [S-14 +]');
select is(pg_temp.organisation_of('e1000000-0000-7000-8000-000000000001'), null, 'of two organisations none is chosen for anybody [S-02 -]');
select is(pg_temp.organisation_of('e1000000-0000-7000-8000-000000000001', '{"app_metadata": {"organisation_id": "B0000000-0000-7000-8000-000000000001"}}'), 'b0000000-0000-7000-8000-000000000001', 'one''s own may be chosen [S-02 +]');
select is(pg_temp.organisation_of('e1000000-0000-7000-8000-000000000001', '{"app_metadata": {"organisation_id": "c0000000-0000-7000-8000-000000000001"}}'), null, 'another''s may not [S-02 -]');

select is(pg_temp.realm_of('f1000000-0000-7000-8000-000000000004'), 'authenticated', 'a former operator is of operations no longer [N-16 -]');
update public.ops_members set archived_at = clock_timestamp() where user_id = 'f1000000-0000-7000-8000-000000000002';
select is(pg_temp.realm_of('f1000000-0000-7000-8000-000000000002'), 'authenticated', 'nor is one who was archived, active or not [N-16 -]');
select is(pg_temp.realm_of('a2000000-0000-7000-8000-000000000003'), 'authenticated', 'nor is a revoked proxy a patient [N-16 -]');
select is(pg_temp.organisation_of('a1000000-0000-7000-8000-000000000021', '{"app_metadata": {"organisation_id": "a0000000-0000-7000-8000-000000000001"}}'), null, 'a revoked member begins nowhere, whatever the last token said [N-16 -]');
select is(pg_temp.organisation_of('d1000000-0000-7000-8000-000000000002'), null, 'nor does a member of a closed clinic [N-16 -]');
select is(pg_temp.realm_of('e1000000-0000-7000-8000-000000000002', '{"role": "service_role"}'), 'authenticated', 'a forged role is overwritten [N-16 S-12 -]');
select is(pg_temp.realm_of('a1000000-0000-7000-8000-000000000002', '{"role": "internal_ops"}'), 'authenticated', 'also one that exists [N-16 S-12 -]');
select is(pg_temp.realm_of('e1000000-0000-7000-8000-000000000002', '{"app_metadata": {"role": "internal_ops"}, "user_metadata": {"role": "admin"}}'), 'authenticated', 'metadata makes nobody anything [S-12 -]');
select is(pg_temp.organisation_of('e1000000-0000-7000-8000-000000000002', '{"app_metadata": {"organisation_id": "a0000000-0000-7000-8000-000000000001"}}'), null, 'nor does it give an organisation [S-12 -]');
select is(pg_temp.claims_of('a1000000-0000-7000-8000-000000000002', '{"app_metadata": "x"}') #> '{claims,app_metadata}', '{"organisation_id": "a0000000-0000-7000-8000-000000000001"}', 'metadata that is no object is replaced [S-12 -]');
select is(pg_temp.claims_of('a1000000-0000-7000-8000-000000000002', '{"sub": "f1000000-0000-7000-8000-000000000001"}') #>> '{error,http_code}', '403', 'an event about one login with the claims of another is refused [N-16 -]');
select is(authz.custom_access_token_hook('{}') #>> '{error,http_code}', '403', 'so is one about nobody [N-16 -]');
select is(authz.custom_access_token_hook('[]') #>> '{error,http_code}', '403', 'a list [N-16 -]');
select is(authz.custom_access_token_hook('{"user_id": "x", "claims": {"sub": "x"}}') #>> '{error,http_code}', '403', 'an id that is none [N-16 -]');

select is(
  (
    select array_agg(r.rolname order by r.rolname) from pg_roles as r
    where has_function_privilege(r.oid, 'authz.custom_access_token_hook(jsonb)', 'execute') and not r.rolsuper
      and r.rolname in ('anon', 'authenticated', 'authenticator', 'internal_ops', 'patient', 'service_role', 'supabase_auth_admin', 'supabase_storage_admin')
  ),
  '{supabase_auth_admin}', 'Supabase Auth alone may ask [N-16 -]'
);

select * from finish();
rollback;
