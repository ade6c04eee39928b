-- authz.tg_case_activity_log__written: an event is recorded by the trigger that saw it, and by nobody's say-so (S-18).
create or replace function authz.tg_case_activity_log__written()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- One level is this trigger's own; and ours write as the definer, so that a trigger somebody else hangs up does not pass.
  if pg_trigger_depth() < 2 or current_user <> 'cordon_definer' then
    raise exception 'case_activity_log is written by triggers only'
      using errcode = 'CD014', hint = 'Change the case, admission or transfer: its trigger records that.';
  end if;
  return new;
end
$$;
comment on function authz.tg_case_activity_log__written() is
  'Refuses with CD014 a row that no trigger wrote. [S-18]';
revoke all on function authz.tg_case_activity_log__written() from public;
