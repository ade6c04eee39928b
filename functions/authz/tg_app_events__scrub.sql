-- authz.tg_app_events__scrub: what an application tells of itself ties no record to a person, since nothing that could name either is kept: small
-- numbers, what the protocol calls a failure, and which of our own tables or functions was asked. Everything else is left out and counted: a log
-- that refused a line would hide the failure that the line tells of.
create or replace function authz.tg_app_events__scrub()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_told constant jsonb := case jsonb_typeof(new.details) when 'object' then new.details else jsonb_build_object('', new.details) end;
begin
  select coalesce(jsonb_object_agg(t.key, t.value), '{}')
    into new.details
    from jsonb_each(v_told) as t
    where case
      -- Seven digits: shorter than whatever numbers people.
      when t.key in ('status', 'duration_ms', 'attempt', 'count', 'size_bytes') then t.value::text ~ '^[0-9]{1,7}$'
      when t.key = 'method' then t.value #>> '{}' in ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
      -- Five capital letters would be a name.
      when t.key = 'sqlstate' then t.value #>> '{}' ~ '^([0-9][0-9A-Z]{4}|(CD|F0|HV|P0|XX)[0-9]{3})$'
      when t.key = 'relation' then exists (
        select from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and c.relname = t.value #>> '{}'
      )
      when t.key = 'function' then exists (
        select from pg_proc as p where p.pronamespace = 'public'::regnamespace and p.proname = t.value #>> '{}'
      )
      else false
    end;
  new.scrubbed_count := (select count(*) from jsonb_object_keys(v_told)) - (select count(*) from jsonb_object_keys(new.details));
  return new;
end
$$;
comment on function authz.tg_app_events__scrub() is
  'Leaves out of an application event whatever could name a person or a record, and counts it. [S-39]';
revoke all on function authz.tg_app_events__scrub() from public;
