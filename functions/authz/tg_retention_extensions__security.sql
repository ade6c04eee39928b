-- authz.tg_retention_extensions__security: how long an organisation keeps what: shortened for the hour in which a run destroys, and set back, it would leave
-- no trace (N-37). What is kept before and after; NULL for no extension.
create or replace function authz.tg_retention_extensions__security()
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
      v_from := jsonb_build_object('retention', old.retention, 'keep_months', old.keep_months);
    end if;
  end if;
  if new.archived_at is null then
    v_to := jsonb_build_object('retention', new.retention, 'keep_months', new.keep_months);
  end if;
  if v_to is distinct from v_from then
    perform authz.record_security_event(
      new.organisation_id, 'organisation.retention_changed', new.id, jsonb_build_object('from', v_from, 'to', v_to)
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_retention_extensions__security() is
  'Records extensions of retention set, changed and taken back. [N-49, N-37]';
alter function authz.tg_retention_extensions__security() owner to cordon_definer;
revoke all on function authz.tg_retention_extensions__security() from public;
