-- migrate:up
-- Why: whom a clinic_admin had put out came back as reception moved or gave back a visit, one that was put off on its day opened nothing, and the client of a third party opened charts by booking
-- Access: 3 definer functions
--   ~ authz.acts_through_client is written, and runs with the rights of its owner
--   ~ authz.tg_appointments__care is written, and runs with the rights of its owner
--   ~ authz.tg_appointments__given_back is written, and runs with the rights of its owner
--   widens: authz.tg_appointments__care(), which 2 triggers ask, has another text
--   widens: authz.tg_appointments__given_back(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.acts_through_client: whether it is the client of a third party (Supabase's OAuth server) that acts for the caller, and not they themselves before
-- the application: in a session that is not their own (authz.own_session_id, which knows a client by its token and by the session's row), or by a token
-- without a session that tells of one, by whatever of the same signs. Not who merely has no session, where the deployment takes such tokens.
create or replace function authz.acts_through_client()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_own_session_id constant uuid := authz.own_session_id(); -- refuses claims that are no JSON object
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  return v_own_session_id is null
    and (
      (authz.caller()).session_id is not null
      or coalesce(v_claims ? 'client_id', false)
      or coalesce(v_claims @? '$.amr[*].method ? (@ starts with "oauth_provider/")', false)
      or coalesce(v_claims -> 'amr' ? 'oauth_provider/authorization_code', false)
    );
end
$$;
comment on function authz.acts_through_client() is
  'Whether the client of a third party acts for the caller; false for a token that merely has no session. [N-12, S-13]';
alter function authz.acts_through_client() owner to cordon_definer;
revoke all on function authz.acts_through_client() from public;

-- authz.tg_appointments__care: whom reception books a patient with treats them around that time, from a day before, to read, until three days after, to
-- write down what was found. By the hand of who books, reception or a clinic_admin, and reads no chart by it. Whoever moves an appointment to
-- themselves, or to a later day, opens nothing: that takes who books, and so does giving back what was cancelled (_060_given_back). What no longer
-- stands ends at once, whoever cancels it, with what was handed on; a visit that is under way when its times are put right goes on, no longer than it
-- would have, but by the hand of who books. And whom a clinic_admin put out of the patient's care, no visit lets in that stood in the diary by then, whoever
-- moves it, gives it back or gives it to them: that takes a clinic_admin who assigns them anew, or a visit that is booked for them afterwards.
-- No client of a third party opens a chart for whom it acts: what it books stands in the diary, and opens nothing until reception confirms it; what it
-- moves, or anybody wrote to meanwhile, until reception moves it or books it anew. Whose tokens never have a session books as everybody does.
-- It waits half a second for a patient: who archives one holds them, and waits for the appointment that is held here. Then one is to ask again, before
-- the server would make either a deadlock's victim.
create or replace function authz.tg_appointments__care()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '500ms'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_books_at uuid;
  v_booked uuid[];
begin
  -- The server imports what was, and opens nothing by it.
  if authz.acting_realm() = 'provider' then
    v_books_at := authz.organisation_for('{clinic_admin,receptionist}', '{}');
    if v_books_at is not null and authz.acts_through_client() then
      v_books_at := null;
    end if;
  end if;
  if tg_op = 'UPDATE' then
    -- An older snapshot does not show what was opened since, and would leave it.
    if current_setting('transaction_isolation') <> 'read committed' and exists (
      select
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      where (a.status, a.archived_at is null, a.professional_user_id, a.starts_at, a.ends_at)
        is distinct from (b.status, b.archived_at is null, b.professional_user_id, b.starts_at, b.ends_at)
    ) then
      perform authz.require_read_committed();
    end if;
    -- A visit of a month opens a chart for no month.
    update public.care_relationships as c
       set ends_at = case
             when a.organisation_id = v_books_at and c.user_id = a.professional_user_id and c.taken_off_at is null then v.ends_at
             else least(c.ends_at, v.ends_at)
           end
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      cross join lateral (select least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days') as v (ends_at)
     where c.organisation_id = a.organisation_id
       and c.patient_id = a.patient_id
       and c.ground = 'appointment'
       and c.ground_id = a.id
       and c.starts_at < v_now
       and c.ends_at > v_now
       and c.archived_at is null
       and a.status not in ('cancelled', 'no_show')
       and a.archived_at is null
       and a.professional_user_id = b.professional_user_id
       and (a.starts_at, a.ends_at) <> (b.starts_at, b.ends_at)
       and a.starts_at - interval '1 day' < v_now
       and v.ends_at > v_now;
    -- What has not begun is put away: it never was.
    update public.care_relationships as c
       set ends_at = case when c.starts_at < v_now then v_now else c.ends_at end,
           archived_at = case when c.starts_at < v_now then c.archived_at else now() end
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
     where c.organisation_id = a.organisation_id
       and c.patient_id = a.patient_id
       and c.ground = 'appointment'
       and c.ground_id = a.id
       and c.ends_at > v_now
       and c.archived_at is null
       and (
         a.status in ('cancelled', 'no_show')
         or a.archived_at is not null
         or a.professional_user_id <> b.professional_user_id
         -- Its times, where it does not go on.
         or (
           (a.starts_at, a.ends_at) <> (b.starts_at, b.ends_at)
           and (c.starts_at >= v_now or a.starts_at - interval '1 day' >= v_now
             or least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days' <= v_now)
         )
       );
  end if;
  if v_books_at is null then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    v_booked := array(
      select a.id
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      where (a.professional_user_id, a.starts_at, a.ends_at) <> (b.professional_user_id, b.starts_at, b.ends_at)
        or b.status in ('cancelled', 'no_show')
        -- Again, by the hand of who receives the patient: what was opened for this visit once, and ended as somebody moved it away and back, which the
        -- diary does not show. Not to whom it was handed on, who then took the visit over, nor to whom a clinic_admin put out.
        or (
          a.status <> b.status
          and (
            select bool_and(c.taken_off_at is null)
            from public.care_relationships as c
            where c.organisation_id = a.organisation_id
              and c.patient_id = a.patient_id
              and c.user_id = a.professional_user_id
              and c.ground = 'appointment'
              and c.ground_id = a.id
              and c.handed_from_id is null
          )
        )
        -- Or for the first time, where it stands as a third party's client booked it. Not once it was written since: nothing tells
        -- whether somebody gave it to themselves by that.
        or (
          a.status <> b.status
          and b.updated_at = b.created_at
          and b.created_by_user_id is not null
          and not exists (
            select
            from public.care_relationships as c
            where c.organisation_id = a.organisation_id
              and c.patient_id = a.patient_id
              and c.ground = 'appointment'
              and c.ground_id = a.id
          )
        )
    );
  else
    v_booked := array(select a.id from changed as a);
  end if;
  insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id)
  select
    a.organisation_id, a.patient_id, a.professional_user_id, case m.role when 'doctor' then 'consulting' else 'nursing' end,
    a.starts_at - interval '1 day', v.ends_at, 'appointment', a.id
  from changed as a
  join authz.live_memberships as m on m.organisation_id = a.organisation_id and m.user_id = a.professional_user_id
  cross join lateral (select least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days') as v (ends_at)
  where a.organisation_id = v_books_at
    and a.id = any (v_booked)
    and a.status not in ('cancelled', 'no_show')
    and a.archived_at is null
    and a.patient_status = 'active'
    and m.role in ('doctor', 'nurse')
    and v.ends_at > v_now
    and not authz.is_taken_off(a.organisation_id, a.patient_id, a.professional_user_id, a.created_at, a.id)
    -- A visit that went on has it still. By the clock as it is by now: what was ended above was stamped with a moment after v_now (_300_written).
    and not exists (
      select
      from public.care_relationships as c
      where c.organisation_id = a.organisation_id
        and c.patient_id = a.patient_id
        and c.user_id = a.professional_user_id
        and c.ground = 'appointment'
        and c.ground_id = a.id
        and c.ends_at > authz.now()
        and c.archived_at is null
    )
  order by a.patient_id, a.id;
  return null;
exception
  when lock_not_available then
    raise exception 'somebody is changing the patient of this appointment'
      using errcode = 'CD018', hint = 'Ask again in a moment; nothing was changed.';
end
$$;
comment on function authz.tg_appointments__care() is
  'Lets the doctor or nurse whom reception or a clinic_admin books, by no client of a third party, treat the patient, from a day before until three days after; ends that with the appointment. Not whom a clinic_admin put out since. CD007 above READ COMMITTED, CD018 while somebody changes the patient. [N-12, N-21, S-05]';

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

revoke create on schema authz from cordon_definer;

-- migrate:down
