-- migrate:up
-- Why: a consent that had expired went on refusing emergency access; keys of sealed rows leave out what an index merely includes
-- Access: 1 definer function
--   ~ authz.refuses_emergency is written, and runs with the rights of its owner
--   widens: authz.refuses_emergency(uuid, uuid, uuid), which 7 functions, 14 policies and 1 trigger ask, has another text
--   widens: authz.user_agent(), which 6 functions and 5 triggers ask, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';


-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- audit.key_condition: SQL that finds the row of `t` that a leaf `l` names, by the primary key's index. It fails where a key was bent to what
-- is no value of its type: who asks must be prepared.
create or replace function audit.key_condition(table_name text)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select string_agg(
      format('t.%I = (l.record_key::text[])[%s]::%s', a.attname, k.place, format_type(a.atttypid, null)), ' and ' order by k.place
    )
    from pg_index as i
    cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
    join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = table_name::regclass
      and i.indisprimary
      and k.place <= i.indnkeyatts -- what an index only includes is no part of the key
  );
end
$$;

-- authz.refuses_emergency: a patient's explicit refusal, the one thing beside the tenant that no emergency bypasses. It ends when the patient takes
-- it back or on the day that the consent names, and not with a new text of the purpose: a clinic that publishes one would end refusals.
create or replace function authz.refuses_emergency(organisation_id uuid, patient_id uuid, user_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.access_restrictions as r
    where r.organisation_id = refuses_emergency.organisation_id
      and r.patient_id = refuses_emergency.patient_id
      and (r.restricted_user_id is null or r.restricted_user_id = refuses_emergency.user_id)
      and r.lifted_at is null
      and r.archived_at is null
  ) or exists (
    select
    from public.consents as c
    where c.organisation_id = refuses_emergency.organisation_id
      and c.patient_id = refuses_emergency.patient_id
      and c.status = 'active'
      and not c.break_glass_allowed
      and coalesce(c.expires_at, 'infinity') > authz.now()
      and c.archived_at is null
  );
end
$$;
comment on function authz.refuses_emergency(uuid, uuid, uuid) is
  'Whether a patient refuses emergency access by this user: by a restriction in force or an active consent that excludes it and has not expired. [N-18]';

-- authz.user_agent: what the client calls itself: a claim of its own, kept as such, without what a terminal or a page would act on.
create or replace function authz.user_agent()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.printable(nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent', 400);
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    return null;
end
$$;

-- migrate:down
