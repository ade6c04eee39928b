-- governance.close_burial: the last tombstone of what one request or run destroyed at one organisation: over the others, by number and digest. One that
-- is put there later, taken away or given to somebody else is then none of those that were closed (public.bent_tombstones, npm run audit:verify).
create or replace function governance.close_burial(organisation_id uuid, cause text, cause_id uuid, by text)
  returns void
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('app.pinned_organisation_id', close_burial.organisation_id::text, true);
  insert into governance.tombstones (organisation_id, cause, cause_id, relation, row_count, keys_sha256, destroyed_at, destroyed_by)
  select close_burial.organisation_id, close_burial.cause, close_burial.cause_id, 'governance.tombstones', d.tombstones, d.sha256, clock_timestamp(),
    close_burial.by
  from governance.burial_digest(close_burial.organisation_id, close_burial.cause, close_burial.cause_id) as d
  where d.tombstones > 0;
end
$$;
comment on function governance.close_burial(uuid, text, uuid, text) is
  'Closes the tombstones of a request or run at an organisation by one over all of them; none where nothing was destroyed. [N-49, S-20]';
revoke all on function governance.close_burial(uuid, text, uuid, text) from public;
