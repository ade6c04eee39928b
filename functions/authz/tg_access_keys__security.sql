-- authz.tg_access_keys__security: a key of the access log was made, by whatever hand: its number and the one before it, never the key (N-37).
create or replace function authz.tg_access_keys__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_deployment_event(
    'key.rotated', 'audit.access_keys',
    jsonb_build_object('from', (select max(k.key_id) from audit.access_keys as k where k.key_id < new.key_id), 'to', new.key_id)
  );
  return null;
end
$$;
comment on function authz.tg_access_keys__security() is
  'Records that a key of the access log was made. [N-37]';
alter function authz.tg_access_keys__security() owner to cordon_definer;
revoke all on function authz.tg_access_keys__security() from public;
