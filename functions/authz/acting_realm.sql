-- authz.acting_realm: whose hand writes: the role that the connection took on, not the owner of the function that runs for it. A role can be
-- switched in mid-statement, after the policies were asked: who acts as operations must be one of them at this moment too, and counts as a clinic's
-- otherwise, as does staff that acts as a patient and is none, and a caller without a role: whom everything that freezes binds.
create or replace function authz.acting_realm()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case current_setting('role')
    when 'authenticated' then 'provider'
    when 'patient' then case
      when authz.patient_organisation_ids() = '{}'
        and exists (select from authz.live_memberships as m where m.user_id = authz.subject())
      then 'provider'
      else 'patient'
    end
    when 'internal_ops' then case when authz.is_operator('{}') then 'internal_ops' else 'provider' end
    else case when authz.is_system() then 'system' else 'provider' end
  end;
end
$$;
comment on function authz.acting_realm() is
  'Realm of the caller; system for the server, the owner and migrations. Provider for whoever has put a role on or off without what it takes. [S-16, S-18, S-34]';
revoke all on function authz.acting_realm() from public;
grant execute on function authz.acting_realm() to cordon_definer;
