-- authz.tg_organisation_members__accept: nobody is made a member without agreeing. A clinic_admin of one clinic could
-- otherwise enrol another clinic's staff, who would then belong to two and, choosing none, see nothing; and read their
-- names. What the system imports counts as agreed.
create or replace function authz.tg_organisation_members__accept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
begin
  if tg_op = 'INSERT' then
    new.accepted_at := case when v_user_id is null then clock_timestamp() end;
  elsif old.accepted_at is not null then
    new.accepted_at := old.accepted_at;
  elsif new.accepted_at is not null then
    new.accepted_at := case when v_user_id is null or v_user_id = new.user_id then clock_timestamp() end;
  end if;
  return new;
end
$$;
comment on function authz.tg_organisation_members__accept() is
  'Stamps accepted_at for the member alone, or for the system; a value sent by anyone else is ignored. [N-22]';
alter function authz.tg_organisation_members__accept() owner to cordon_definer;
revoke all on function authz.tg_organisation_members__accept() from public;
