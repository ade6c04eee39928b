-- authz.tg_organisations__regime: under which law a clinic keeps its data stays, once it has a patient: floors of retention and deadlines hang on it,
-- and a floor never falls. The server and the owner repair what was written wrong.
create or replace function authz.tg_organisations__regime()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.regime is distinct from old.regime and not authz.is_system()
    and exists (select from public.patients as p where p.organisation_id = new.id)
  then
    raise exception 'the law of an organisation that has patients stays'
      using errcode = 'CD020', hint = 'Retention floors and deadlines hang on it: whoever answers for the data has the server change it.';
  end if;
  return null;
end
$$;
comment on function authz.tg_organisations__regime() is
  'Refuses with CD020 to put an organisation that has patients under another law. [N-38, N-49]';
alter function authz.tg_organisations__regime() owner to cordon_definer;
revoke all on function authz.tg_organisations__regime() from public;
