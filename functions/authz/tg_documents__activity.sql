-- authz.tg_documents__activity: that a document came and what became of it; never what it is called (S-18).
create or replace function authz.tg_documents__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(new.organisation_id, null, new.id, 'document.requested', jsonb_build_object('kind', new.kind), new.updated_by_user_id);
  elsif new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'document.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_documents__activity() is
  'Records the request of an upload and every change of a document''s status. [S-18]';
alter function authz.tg_documents__activity() owner to cordon_definer;
revoke all on function authz.tg_documents__activity() from public;
