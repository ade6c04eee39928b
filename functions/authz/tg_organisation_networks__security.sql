-- authz.tg_organisation_networks__security: from where an organisation is reached: a network that was listed for a night, or moved elsewhere and back, would
-- leave no trace (N-37). What is on the list before and after; NULL for what is not.
create or replace function authz.tg_organisation_networks__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_from jsonb;
  v_to jsonb;
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if old.archived_at is null then
      v_from := jsonb_build_object('cidr', old.cidr, 'mode', old.mode);
    end if;
  end if;
  if new.archived_at is null then
    v_to := jsonb_build_object('cidr', new.cidr, 'mode', new.mode);
  end if;
  if v_to is distinct from v_from then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.network_changed', new.id, jsonb_build_object('from', v_from, 'to', v_to)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_organisation_networks__security() is
  'Records networks listed, changed and taken off the list. [N-28, N-37]';
alter function authz.tg_organisation_networks__security() owner to cordon_definer;
revoke all on function authz.tg_organisation_networks__security() from public;
