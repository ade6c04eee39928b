-- authz.tg_access_restrictions__lift: when a restriction was lifted is the clock's to say, and once lifted it is over. What the patient wrote in the
-- portal is theirs to lift: staff lift what staff wrote down from a paper. What is put away is lifted with it: brought back, it would be as if it had
-- held all the time, and nothing would tell who was let in meanwhile. After tg__stamp, which says whether it is put away. Definer, because staff need
-- not see who holds an account.
create or replace function authz.tg_access_restrictions__lift()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- A refusal only closes, and anybody may write one who acts for the patient; to lift it opens, and takes the patient in person.
  if tg_op = 'UPDATE' and old.lifted_at is null and (new.lifted_at is not null or new.archived_at is not null)
    and authz.acting_realm() = 'patient' and authz.own_session_id() is null
  then
    raise exception 'a restriction is not yours to lift'
      using errcode = 'insufficient_privilege', hint = 'The patient lifts it in person, signed in with a session.';
  end if;
  if tg_op = 'UPDATE' and old.lifted_at is null and new.lifted_at is not null
    and authz.acting_realm() <> 'patient' and not authz.is_system()
    and old.created_by_user_id is not null
    and (
      exists (
        select
        from public.patient_accounts as a
        where a.organisation_id = old.organisation_id
          and a.patient_id = old.patient_id
          and a.user_id = old.created_by_user_id
      )
      -- An erasure takes the account and keeps the restriction with the chart: whoever was never staff wrote it as the patient.
      or not exists (
        select
        from public.organisation_members as m
        where m.organisation_id = old.organisation_id
          and m.user_id = old.created_by_user_id
      )
    )
  then
    raise exception 'the patient wrote this restriction'
      using errcode = 'CD009', hint = 'It is the patient''s to lift, in the portal.';
  end if;
  new.lifted_at := case
    when tg_op = 'INSERT' then null
    when old.lifted_at is not null then old.lifted_at
    when new.lifted_at is not null or new.archived_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_access_restrictions__lift() is
  'Stamps lifted_at, also of what is archived; a value sent by anyone is ignored, and an end is final. CD009 for staff who lift what the patient wrote, 42501 for a patient who is not there in a session of their own. [N-12, N-18, S-16]';
alter function authz.tg_access_restrictions__lift() owner to cordon_definer;
revoke all on function authz.tg_access_restrictions__lift() from public;
