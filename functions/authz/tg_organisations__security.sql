-- authz.tg_organisations__security: who closed an organisation to its members, who opened it again, and who put it under another law, or its hours by
-- another clock; who called it something else, by which patients know whom they signed with, and who said what it is, by which packets of transfers
-- are handed out. What bringing back takes from the row, when and by whom it was archived, stands in the event, in UTC.
create or replace function authz.tg_organisations__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    perform authz.record_security_event(new.id, 'organisation.archived', new.id, '{}');
  elsif new.archived_at is null and old.archived_at is not null then
    perform authz.record_security_event(
      new.id, 'organisation.restored', new.id,
      jsonb_build_object('archived_at', old.archived_at, 'archived_by_user_id', old.archived_by_user_id)
    );
  end if;
  if new.regime <> old.regime then
    perform authz.record_security_event(
      new.id, 'organisation.regime_changed', new.id, jsonb_build_object('from', old.regime, 'to', new.regime)
    );
  end if;
  if new.timezone <> old.timezone then
    perform authz.record_security_event(
      new.id, 'organisation.timezone_changed', new.id, jsonb_build_object('from', old.timezone, 'to', new.timezone)
    );
  end if;
  if new.kind <> old.kind then
    perform authz.record_security_event(
      new.id, 'organisation.kind_changed', new.id, jsonb_build_object('from', old.kind, 'to', new.kind)
    );
  end if;
  if new.name <> old.name then
    perform authz.record_security_event(
      new.id, 'organisation.name_changed', new.id, jsonb_build_object('from', old.name, 'to', new.name)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__security() is
  'Records that an organisation was archived, brought back, put under another law or on another clock, or has another kind or name. [N-22, N-28, N-37, N-49]';
alter function authz.tg_organisations__security() owner to cordon_definer;
revoke all on function authz.tg_organisations__security() from public;
