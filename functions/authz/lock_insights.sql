-- authz.lock_insights: whether something may leave, and to whom, decided once for the rest of the transaction. The locks make who switches
-- insights off, or ends the agreement, wait for a payload that is being taken; and a payload that is asked for after their commit is none.
create or replace function authz.lock_insights()
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{insights_admin}');
  v_processor_id uuid;
begin
  if v_organisation_id is null then
    raise exception 'insights are not yours to take'
      using errcode = 'insufficient_privilege', hint = 'It takes a member with the capability insights_admin.';
  end if;
  perform
  from public.organisation_settings as s
  where s.organisation_id = v_organisation_id
    and s.smart_insights_enabled
    and s.archived_at is null
  for share;
  if not found then
    return null;
  end if;
  select p.id
    into v_processor_id
    from governance.processors as p
   where p.service = 'smart_insights'
     and p.archived_at is null
     and p.no_training
     and (authz.now() at time zone 'UTC')::date between p.dpa_from and p.dpa_until
  for share;
  return v_processor_id;
end
$$;
comment on function authz.lock_insights() is
  'The processor to whom a payload may go, kept so until the transaction ends; NULL while insights are off, or without a vendor who may not train under an agreement in force. 42501 without insights_admin. [S-22, S-24, S-25]';
alter function authz.lock_insights() owner to cordon_definer;
revoke all on function authz.lock_insights() from public;
grant execute on function authz.lock_insights() to cordon_insights;
