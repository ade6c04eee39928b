-- governance.run_retention: deletes what a plan listed, if that is still exactly what is due; else nothing. One transaction: what is killed half-way has
-- deleted nothing. One at a time: the second is turned away.
create or replace function governance.run_retention(plan_sha256 text)
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_run_id constant uuid := authz.uuid_v7();
  v_started_at constant timestamptz := clock_timestamp();
  v_rows jsonb;
begin
  perform authz.require_read_committed();
  begin
    lock table governance.retention_runs in exclusive mode nowait;
  exception
    when lock_not_available then
      raise exception 'a retention run is under way'
        using errcode = 'CD020', hint = 'Wait until it has ended, and plan again.';
  end;
  v_rows := governance.purge(v_run_id);
  if authz.digest(v_rows::text) is distinct from run_retention.plan_sha256 then
    raise exception 'what is due is no longer what was planned'
      using errcode = 'CD020', hint = 'Plan again, read the plan, and run that one: nothing was deleted.';
  end if;
  insert into governance.retention_runs (id, plan_sha256, started_at, finished_at, run_by, rows)
  values (v_run_id, run_retention.plan_sha256, v_started_at, clock_timestamp(), session_user::text, v_rows);
  return jsonb_build_object('run_id', v_run_id, 'plan_sha256', run_retention.plan_sha256, 'rows', v_rows);
end
$$;
comment on function governance.run_retention(text) is
  'Deletes what the plan of this digest listed {run_id, plan_sha256, rows}. CD007 above READ COMMITTED, CD018 where something of it is locked for more than five seconds, CD020 where anything else is due by now, or while another run is under way. [N-38, N-49]';
revoke all on function governance.run_retention(text) from public;
