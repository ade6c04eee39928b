-- migrate:up
-- Why: a security incident detected at -infinity kept the server counting, for anybody with a login, before any policy was asked
-- Access: 3 definer functions
--   ~ authz.deadline is written, and runs with the rights of its owner
--   ~ authz.tg_security_incidents__notice is written, and runs with the rights of its owner
--   ~ authz.tg_subject_requests__due is written, and runs with the rights of its owner
--   widens: authz.deadline(uuid, text, timestamp with time zone), which 2 triggers ask, has another text
--   widens: authz.tg_security_incidents__notice(), which 1 trigger asks, has another text
--   widens: authz.tg_subject_requests__due(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

-- authz.tg_security_incidents__notice: the clock of the notice starts when the organisation learnt of it, which nobody moves afterwards. What was
-- said when it was closed or dismissed is what was decided on.
create or replace function authz.tg_security_incidents__notice()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.subjects_notified_at > clock_timestamp() then
    new.subjects_notified_at := clock_timestamp();
  end if;
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    new.detected_at := least(new.detected_at, clock_timestamp());
    new.notify_by := coalesce(authz.deadline(new.organisation_id, 'incident_notice', new.detected_at), 'infinity');
    new.authority_notified_at := null;
    return new;
  end if;
  if old.status in ('closed', 'dismissed')
    and new.status = old.status
    and (new.summary, new.affected_count, new.subjects_notified_at) is distinct from (old.summary, old.affected_count, old.subjects_notified_at)
  then
    raise exception 'the account of an incident that has ended stays as it was'
      using errcode = 'CD014', hint = 'Open one that was dismissed again; record another for what came to light after one was closed.';
  end if;
  new.detected_at := old.detected_at;
  new.notify_by := old.notify_by;
  new.authority_notified_at := coalesce(old.authority_notified_at, case when new.status = 'notified' then clock_timestamp() end);
  return new;
end
$$;

-- authz.tg_subject_requests__due: the law's deadline, counted from the moment that the request came in, whoever took it down.
create or replace function authz.tg_subject_requests__due()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    new.due_at := coalesce(authz.deadline(new.organisation_id, new.kind, new.created_at), 'infinity');
    new.resolved_at := null;
    return new;
  end if;
  if old.resolved_at is not null and new.refusal_basis is distinct from old.refusal_basis then
    raise exception 'the ground of an answer stays what was told'
      using errcode = 'CD014', hint = 'Take down another request: it is answered on its own ground.';
  end if;
  new.patient_id := old.patient_id;
  new.kind := old.kind;
  new.due_at := old.due_at;
  new.resolved_at := coalesce(old.resolved_at, case when new.status in ('completed', 'refused') then clock_timestamp() end);
  return new;
end
$$;

-- migrate:down
