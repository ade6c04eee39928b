-- authz.places_of: where a user stands: the organisations of their live memberships, and organisation/patient of their live portal accounts. STABLE on
-- purpose: it answers in the snapshot of whoever asks, so that authz.tg__stamped can tell what was lost while a statement ran.
create or replace function authz.places_of(user_id uuid)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select m.organisation_id::text
    from authz.live_memberships as m
    where m.user_id = places_of.user_id
    union all
    select a.organisation_id || '/' || a.patient_id
    from authz.live_patient_accounts as a
    where a.user_id = places_of.user_id
  );
end
$$;
comment on function authz.places_of(uuid) is
  'Organisations where a user is a live member, and organisation/patient of whom they hold a live account. [N-15, N-16]';
alter function authz.places_of(uuid) owner to cordon_definer;
revoke all on function authz.places_of(uuid) from public;
