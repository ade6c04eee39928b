-- authz.tg_professionals__security: an export, and a chart that is shown, name the licence of who wrote an entry as it stands today: whoever writes another
-- one over it has told of it here (N-37). Of whom, and not which: what it was stands in no record that is kept for years.
create or replace function authz.tg_professionals__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(
    new.organisation_id, 'professional.changed', new.id, jsonb_build_object('user_id', new.user_id)
  );
  return null;
end
$$;
comment on function authz.tg_professionals__security() is
  'Records that a council or licence was written over. [N-37, N-49]';
alter function authz.tg_professionals__security() owner to cordon_definer;
revoke all on function authz.tg_professionals__security() from public;
