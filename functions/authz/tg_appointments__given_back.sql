-- authz.tg_appointments__given_back: what was cancelled or missed is given back by who books, whose hand opens its chart again. Anybody else would
-- leave a visit in the diary that looks like any other and opens nothing: a whole day of them, one after the other, and no doctor reads. So would the
-- client of a third party that acts for who books.
create or replace function authz.tg_appointments__given_back()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.status in ('cancelled', 'no_show') and new.status not in ('cancelled', 'no_show')
    and not authz.is_system()
    and (
      authz.organisation_for('{clinic_admin,receptionist}', '{}') is distinct from new.organisation_id or authz.acts_through_client()
    )
  then
    raise exception 'what was cancelled or missed is given back by who books'
      using errcode = 'insufficient_privilege',
        hint = 'Ask reception or a clinic_admin, signed in themselves and through no third party''s client: it opens the chart again to whom it is with.';
  end if;
  return new;
end
$$;
comment on function authz.tg_appointments__given_back() is
  'Refuses with 42501 that a cancelled or missed appointment is given back by anybody but reception or a clinic_admin, through no third party''s client, or the server. [N-12, N-21, S-05]';
alter function authz.tg_appointments__given_back() owner to cordon_definer;
revoke all on function authz.tg_appointments__given_back() from public;
