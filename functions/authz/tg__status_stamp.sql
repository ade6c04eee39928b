-- authz.tg__status_stamp: when and by whom a status last flipped. No column list on its trigger: "update of status"
-- misses a flip made by another trigger. A forged stamp without a flip is reverted. After tg__stamp, whose user it takes.
create or replace function authz.tg__status_stamp()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' or new.status is distinct from old.status then
    new.last_status_change_at := clock_timestamp();
    new.last_status_change_by_user_id := new.updated_by_user_id;
  else
    new.last_status_change_at := old.last_status_change_at;
    new.last_status_change_by_user_id := old.last_status_change_by_user_id;
  end if;
  return new;
end
$$;
comment on function authz.tg__status_stamp() is
  'Stamps last_status_change_* when status flips, by any path. [S-16]';
revoke all on function authz.tg__status_stamp() from public;
