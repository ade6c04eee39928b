-- authz.tg_security_incidents__notice: the clock of the notice starts when the organisation learnt of it, which nobody moves afterwards.
create or replace function authz.tg_security_incidents__notice()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.detected_at := least(new.detected_at, clock_timestamp());
    new.notify_by := coalesce(authz.deadline(new.organisation_id, 'incident_notice', new.detected_at), 'infinity');
    new.authority_notified_at := null;
    return new;
  end if;
  new.detected_at := old.detected_at;
  new.notify_by := old.notify_by;
  new.authority_notified_at := coalesce(old.authority_notified_at, case when new.status = 'notified' then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_security_incidents__notice() is
  'Stamps notify_by and authority_notified_at; detected_at is never in the future and never changes. [N-37]';
alter function authz.tg_security_incidents__notice() owner to cordon_definer;
revoke all on function authz.tg_security_incidents__notice() from public;
