-- audit.reserve_access_slot: the slot itself, and nothing else. Where a table is made while the server looks for a place to begin, it unlearns what it knew
-- in a subtransaction and goes on as the owner of the transaction's resources, not of the statement's: what called it then fails with "snapshot reference
-- is not owned by resource owner". A block that catches has a subtransaction of its own, and gives the statement's owner back behind it.
create or replace function audit.reserve_access_slot()
  returns pg_lsn
  language plpgsql
  volatile
  security invoker
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_slot record;
begin
  v_slot := pg_create_logical_replication_slot(audit.access_slot_name(), 'pgoutput');
  return v_slot.lsn;
exception
  -- Nothing is to be caught: the server lets go of a slot that it could not finish where the statement fails, not here.
  when assert_failure then raise;
end
$$;
comment on function audit.reserve_access_slot() is
  'Creates the replication slot of the access log; returns where it begins. Errors are the server''s (42710 where there is one). [N-35]';
revoke all on function audit.reserve_access_slot() from public;
