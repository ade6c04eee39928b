-- public.review_emergency_access: four eyes. Who broke the glass never judges it, whatever else they are; a review ends
-- what still runs, because nobody waits an hour to stop a snooper.
create or replace function public.review_emergency_access(grant_id uuid, outcome text, note text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}')
  );
  v_note constant text := authz.trimmed(note);
  v_reviewed_at timestamptz;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'emergency access is not yours to review'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a clinic_admin or the privacy officer, signed in with a session.';
  end if;
  if outcome is null or outcome not in ('justified', 'unjustified') then
    raise exception 'unknown outcome of a review'
      using errcode = 'CD009', hint = 'Use justified or unjustified.';
  end if;
  if coalesce(length(v_note), 0) not between 1 and 2000 then
    raise exception 'a review needs a note'
      using errcode = 'CD009', hint = 'Say what was found, in 1 to 2000 characters.';
  end if;
  update public.emergency_access_grants as g
     set review_outcome = outcome,
         reviewed_by_user_id = v_user_id,
         reviewed_at = clock_timestamp(),
         ended_at = coalesce(g.ended_at, least(g.expires_at, authz.now()))
   where g.organisation_id = v_organisation_id
     and g.id = grant_id
     and g.user_id <> v_user_id
     and g.review_outcome is null
     and g.archived_at is null
  returning g.reviewed_at into v_reviewed_at;
  if v_reviewed_at is null then
    raise exception 'emergency access not found'
      using errcode = 'CD010', hint = 'Name an unreviewed grant of somebody else in the current organisation.';
  end if;
  update public.emergency_access_reasons as r
     set review_note = v_note
   where r.organisation_id = v_organisation_id
     and r.id = grant_id;
  return v_reviewed_at;
end
$$;
comment on function public.review_emergency_access(uuid, text, text) is
  'Judges somebody elses emergency access, justified or unjustified, and ends it; returns when. 42501 without the right, CD009 for a bad outcome or note, CD010 for no such grant. [N-18, N-37]';
alter function public.review_emergency_access(uuid, text, text) owner to cordon_definer;
revoke all on function public.review_emergency_access(uuid, text, text) from public;
grant execute on function public.review_emergency_access(uuid, text, text) to authenticated;
