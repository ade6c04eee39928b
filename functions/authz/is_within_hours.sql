-- authz.is_within_hours: half-open, by the clock on the organisation's wall, so that the change to summer time moves the
-- window with the people. A window that starts later than it ends runs over midnight.
create or replace function authz.is_within_hours(organisation_id uuid, hours integer[], at timestamptz)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_start numeric := hours[1];
  v_end numeric := hours[2];
  v_hour numeric;
begin
  select extract(epoch from (at at time zone o.timezone)::time) / 3600
    into v_hour
    from public.organisations as o
   where o.id = is_within_hours.organisation_id;
  if v_start is null then
    select (s.business_hours ->> 'start')::numeric, (s.business_hours ->> 'end')::numeric
      into v_start, v_end
      from public.organisation_settings as s
     where s.organisation_id = is_within_hours.organisation_id
       and s.archived_at is null;
  end if;
  return coalesce(
    case
      when v_start <= v_end then v_hour >= v_start and v_hour < v_end
      else v_hour >= v_start or v_hour < v_end
    end,
    false
  );
end
$$;
comment on function authz.is_within_hours(uuid, integer[], timestamptz) is
  'Whether a moment lies within [start, end) of a day in the organisations zone; empty hours: its business hours. Unknown is false. [N-28]';
alter function authz.is_within_hours(uuid, integer[], timestamptz) owner to cordon_definer;
revoke all on function authz.is_within_hours(uuid, integer[], timestamptz) from public;
