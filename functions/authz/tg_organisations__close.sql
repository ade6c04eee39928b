-- authz.tg_organisations__close: who drives for a clinic that is closed learns no longer whom.
create or replace function authz.tg_organisations__close()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.archived_at is not null and old.archived_at is null then
    -- A dispatch that is under way names somebody, and is waited for.
    perform authz.require_read_committed();
    perform from public.organisation_settings as s where s.organisation_id = new.id for no key update;
    perform authz.forget_passengers(new.id, null, '-infinity');
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__close() is
  'Takes the names out of the jobs that drive for an organisation which is archived; CD007 above READ COMMITTED. [N-24]';
alter function authz.tg_organisations__close() owner to cordon_definer;
revoke all on function authz.tg_organisations__close() from public;
