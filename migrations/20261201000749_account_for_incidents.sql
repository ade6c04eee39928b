-- migrate:up
-- Why: an incident was dismissed or closed without a reason, and neither data, risks nor measures had a place
-- Access: +1 grant, 1 definer function
--   ~ authz.tg_security_incidents__notice is written, and runs with the rights of its owner
--   + authenticated may insert (data_nature, measures, risks), update (data_nature, dismissal_reason, measures, risks, subjects_not_told_reason) on public.security_incidents
--   widens: authz.tg_security_incidents__notice(), which 1 trigger asks, has another text
--   widens: clinic staff can now add to public.security_incidents (data_nature, risks, measures) too
--   widens: clinic staff can now change public.security_incidents (data_nature, risks, measures, dismissal_reason, subjects_not_told_reason) too
--   widens: clinic staff can now read public.security_incidents (data_nature, risks, measures, dismissal_reason, subjects_not_told_reason) too
--   widens: the service role can now add to public.security_incidents (data_nature, risks, measures, dismissal_reason, subjects_not_told_reason) too
--   widens: the service role can now change public.security_incidents (data_nature, risks, measures, dismissal_reason, subjects_not_told_reason) too
--   widens: the service role can now read public.security_incidents (data_nature, risks, measures, dismissal_reason, subjects_not_told_reason) too
--   widens: the trigger _080_no_secrets guards public.security_incidents by another definition
--   widens: the trigger _085_words guards public.security_incidents by another definition
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.security_incidents

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The next migrations look at the rows.
alter table public.security_incidents
  add column data_nature text,
  add column risks text,
  add column measures text,
  add column dismissal_reason text,
  add column subjects_not_told_reason text,
  add constraint security_incidents_data_nature_check check (length(data_nature) between 3 and 2000) not valid,
  add constraint security_incidents_risks_check check (length(risks) between 3 and 5000) not valid,
  add constraint security_incidents_measures_check check (length(measures) between 3 and 5000) not valid,
  add constraint security_incidents_dismissal_reason_check check (length(dismissal_reason) between 10 and 5000) not valid,
  add constraint security_incidents_subjects_not_told_reason_check
    check (length(subjects_not_told_reason) between 10 and 5000) not valid;
comment on column public.security_incidents.data_nature is 'What kinds of data, of which people.';
comment on column public.security_incidents.risks is 'What may come of it for them.';
comment on column public.security_incidents.measures is 'What was done against it, before and after.';
comment on column public.security_incidents.dismissal_reason is 'Why it was dismissed; the last time, where it was opened again.';
comment on column public.security_incidents.subjects_not_told_reason is 'Why the people were not told.';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_security_incidents__notice: the clock of the notice starts when the organisation learnt of it, which nobody moves afterwards. What was
-- said when it was closed or dismissed is what was decided on, and why nobody was told is said too (ANPD Res. 15/2024 art. 10, GDPR art. 33(5)).
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
  new.authority_notified_at := coalesce(old.authority_notified_at, case when new.status = 'notified' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_security_incidents__notice() is
  'Stamps notify_by and authority_notified_at; detected_at and subjects_notified_at are never in the future, the first never changes. CD014 for another account of one that is closed or dismissed, CD020 for one dismissed without a reason, or closed while the people were not told and nobody said why. [N-37]';

create or replace trigger _080_no_secrets
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__no_secrets(
    'security_incidents', 'summary', 'data_nature', 'risks', 'measures', 'dismissal_reason', 'subjects_not_told_reason'
  );
alter table public.security_incidents enable always trigger _080_no_secrets;

create or replace trigger _085_words
  before insert or update on public.security_incidents
  for each row
  execute function authz.tg__words(
    'security_incidents', 'summary', '10', 'data_nature', '3', 'risks', '3', 'measures', '3', 'dismissal_reason', '10',
    'subjects_not_told_reason', '10'
  );
alter table public.security_incidents enable always trigger _085_words;

grant
  insert (data_nature, measures, risks),
  update (data_nature, dismissal_reason, measures, risks, subjects_not_told_reason)
  on public.security_incidents to authenticated;

-- migrate:down
