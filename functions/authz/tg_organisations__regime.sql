-- authz.tg_organisations__regime: under which law a clinic keeps its data stays, once it has a patient: floors of retention and deadlines hang on it,
-- and a floor never falls. Whoever enters a patient locks the organisation by the foreign key: the change waits for the first, who then is seen, or
-- the first waits for the change. The server and the owner repair what was written wrong. Of the migrating role: the lock takes a right to change the
-- organisation.
create or replace function authz.tg_organisations__regime()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.regime is not distinct from old.regime or authz.is_system() then
    return null;
  end if;
  perform authz.require_read_committed();
  perform from public.organisations as o where o.id = new.id for update;
  if exists (select from public.patients as p where p.organisation_id = new.id) then
    raise exception 'the law of an organisation that has patients stays'
      using errcode = 'CD020', hint = 'Retention floors and deadlines hang on it: whoever answers for the data has the server change it.';
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__regime() is
  'Refuses with CD020 to put an organisation that has patients under another law; CD007 above READ COMMITTED. [N-38, N-49]';
revoke all on function authz.tg_organisations__regime() from public;
