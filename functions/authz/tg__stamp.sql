-- authz.tg__stamp: who did what and when, on every row and every path; what a client sends is overwritten (S-16). It believes the token's subject,
-- which costs a tenth of asking whether the session lives; authz.tg__stamped asks that, once for all rows of the statement. Definer, because
-- callers have no USAGE on authz. archived_at is the transaction's time, not the clock's: policies show a row archived by the running transaction,
-- since PostgreSQL holds an updated row against the SELECT policy. It stays archived there: what looked away from it meanwhile would not look
-- again. Later it comes back where a rule shows it; the server and the owner repair.
create or replace function authz.tg__stamp()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.subject();
begin
  -- Policies looked the caller up before; who is gone in mid-statement took claims or role away to sign as nobody.
  if v_user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of the token for the whole statement.';
  end if;
  new.updated_at := clock_timestamp();
  new.updated_by_user_id := v_user_id;
  new.actor_kind := case when v_user_id is null then 'system' else 'user' end;

  if tg_op = 'INSERT' then
    new.created_at := new.updated_at;
    new.created_by_user_id := v_user_id;
    new.archived_at := null;
    new.archived_by_user_id := null;
    return new;
  end if;

  new.created_at := old.created_at;
  new.created_by_user_id := old.created_by_user_id;
  if new.archived_at is null and (old.archived_at is null or old.archived_at <> now() or authz.is_system()) then
    new.archived_by_user_id := null;
  elsif old.archived_at is null then
    new.archived_at := now();
    new.archived_by_user_id := v_user_id;
  else
    new.archived_at := old.archived_at;
    new.archived_by_user_id := old.archived_by_user_id;
  end if;
  return new;
end
$$;
comment on function authz.tg__stamp() is
  'Stamps created_*, updated_*, archived_* and actor_kind; client values are ignored. Who is stamped is verified by tg__stamped. [S-16]';
alter function authz.tg__stamp() owner to cordon_definer;
revoke all on function authz.tg__stamp() from public;
