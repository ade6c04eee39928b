-- governance.plan_retention: what run_retention would delete, found by deleting it and taking that back: the plan and the run are one piece of code.
-- One at a time, and no run meanwhile. For the owner alone: nobody else is granted it.
create or replace function governance.plan_retention()
  returns jsonb
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
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
  begin
    v_rows := governance.purge('00000000-0000-7000-8000-000000000000');
    -- No code that ends in 000: such a one catches its whole class, refusals included.
    raise exception 'taken back' using errcode = 'CDXXX';
  exception
    when sqlstate 'CDXXX' then
      null;
  end;
  return jsonb_build_object('plan_sha256', authz.digest(v_rows::text), 'rows', v_rows);
end
$$;
comment on function governance.plan_retention() is
  'What is due for deletion {plan_sha256, rows: [{organisation_id, table, column where that alone is forgotten, retention, rows, keys_sha256}]}; changes nothing. CD007 above READ COMMITTED, CD018 where something of it is locked for more than five seconds, CD020 while a run is under way. [N-49]';
revoke all on function governance.plan_retention() from public;
