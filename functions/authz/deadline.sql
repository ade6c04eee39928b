-- authz.deadline: by when a law wants something, by the organisation's own clock. Days end with the last one; business days are Monday to Friday:
-- holidays are not known here, so that the answer is never later than the law's.
create or replace function authz.deadline(organisation_id uuid, duty text, since timestamptz)
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule record;
  v_day date;
  v_left integer;
begin
  select d.amount, d.unit, o.timezone
    into v_rule
    from public.organisations as o
    join governance.deadlines as d on d.regime = o.regime
   where o.id = deadline.organisation_id
     and d.duty = deadline.duty;
  if v_rule is null then
    return null;
  end if;
  if not isfinite(since) then -- no day comes after it: it would be counted for ever
    return since;
  end if;
  if v_rule.unit = 'hours' then
    return since + make_interval(hours => v_rule.amount);
  end if;
  v_day := (since at time zone v_rule.timezone)::date;
  v_left := v_rule.amount;
  while v_left > 0 loop
    v_day := v_day + 1;
    if v_rule.unit = 'days' or extract(isodow from v_day) < 6 then
      v_left := v_left - 1;
    end if;
  end loop;
  return (v_day + 1)::timestamp at time zone v_rule.timezone;
end
$$;
comment on function authz.deadline(uuid, text, timestamptz) is
  'By when a duty of governance.deadlines is due for an organisation, the first moment that is too late; NULL for an unknown duty. [N-49]';
alter function authz.deadline(uuid, text, timestamptz) owner to cordon_definer;
revoke all on function authz.deadline(uuid, text, timestamptz) from public;
