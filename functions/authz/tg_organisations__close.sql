-- authz.tg_organisations__close: who drives for a clinic that is closed learns no longer whom; and nobody is closed who has a patient on board: none of
-- its crew could say that they arrived, nor anybody else.
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
    -- So is a pickup. The server and the owner repair what they do.
    if not authz.is_system() and exists (
      select
      from public.transfer_jobs as j
      where j.organisation_id = new.id
        and j.status = 'picked_up'
        and j.archived_at is null
        and j.expires_at > authz.now()
    ) then
      raise exception 'an organisation that has a patient on board is not archived'
        using errcode = 'CD013', hint = 'Have its crew deliver the patient first: transfer_jobs.status.';
    end if;
    perform authz.forget_passengers(new.id, null, '-infinity');
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__close() is
  'Takes the names out of the jobs that drive for an organisation which is archived; CD007 above READ COMMITTED, CD013 for one that has a patient on board. [N-24, S-18]';
alter function authz.tg_organisations__close() owner to cordon_definer;
revoke all on function authz.tg_organisations__close() from public;
