-- migrate:up
-- Why: An incident whose detected_at and subjects_notified_at both lay ahead was refused by its own check: each was set to the clock as it was read by then, the later one first.
-- Access: 1 definer function
--   ~ authz.tg_security_incidents__notice is written, and runs with the rights of its owner
--   widens: authz.tg_security_incidents__notice(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_security_incidents__notice: the clock of the notice starts when the organisation learnt of it, which nobody moves afterwards. What was
-- said when it was closed or dismissed is what was decided on, and why nobody was told is said too (ANPD Res. 15/2024 art. 10, GDPR art. 33(5)).
create or replace function authz.tg_security_incidents__notice()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Read once: of two moments that lie ahead, the one that is clamped first would come before the other.
  v_now constant timestamptz := clock_timestamp();
begin
  if new.subjects_notified_at > v_now then
    new.subjects_notified_at := v_now;
  end if;
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    new.detected_at := least(new.detected_at, v_now);
    new.notify_by := coalesce(authz.deadline(new.organisation_id, 'incident_notice', new.detected_at), 'infinity');
    new.authority_notified_at := null;
    return new;
  end if;
  if old.status in ('closed', 'dismissed')
    and new.status = old.status
    and (
      new.summary, new.affected_count, new.subjects_notified_at, new.data_nature, new.risks, new.measures, new.dismissal_reason,
      new.subjects_not_told_reason
    ) is distinct from (
      old.summary, old.affected_count, old.subjects_notified_at, old.data_nature, old.risks, old.measures, old.dismissal_reason,
      old.subjects_not_told_reason
    )
  then
    raise exception 'the account of an incident that has ended stays as it was'
      using errcode = 'CD014', hint = 'Open one that was dismissed again; record another for what came to light after one was closed.';
  end if;
  if new.status = 'dismissed' and old.status <> 'dismissed' and new.dismissal_reason is null then
    raise exception 'an incident is dismissed for a reason'
      using errcode = 'CD020', hint = 'Say in dismissal_reason why nobody need be told of it, in 10 to 5000 characters.';
  end if;
  if new.status = 'closed'
    and old.status <> 'closed'
    and new.subjects_notified_at is null
    and new.subjects_not_told_reason is null
  then
    raise exception 'an incident ends when the people were told'
      using errcode = 'CD020', hint = 'Set subjects_notified_at; or say in subjects_not_told_reason why they need not be told.';
  end if;
  new.detected_at := old.detected_at;
  new.notify_by := old.notify_by;
  new.authority_notified_at := coalesce(old.authority_notified_at, case when new.status = 'notified' then v_now end);
  return new;
end
$$;

-- migrate:down
