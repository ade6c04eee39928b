-- authz.caller_by_now: who calls, whether they are anywhere at all, and where they stand no more of the places where they stood. VOLATILE on purpose: it
-- asks in the newest snapshot, whichever its caller looks at.
create or replace function authz.caller_by_now(places text[], out user_id uuid, out is_in boolean, out lost text[])
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_places text[];
begin
  user_id := v_caller.user_id;
  is_in := case current_setting('role')
    when 'authenticated' then v_caller.member_of is not null
    when 'internal_ops' then authz.is_operator('{}')
    -- Whatever role was put on or off in mid-statement.
    else authz.is_system() or v_caller.member_of is not null or authz.patient_organisation_ids() <> '{}' or authz.is_operator('{}')
  end;
  lost := '{}';
  if places <> '{}' then
    v_places := authz.places_of(user_id);
    if not places <@ v_places then -- hardly ever, and dearer to say which
      lost := array(select unnest(places) except select unnest(v_places));
    end if;
  end if;
end
$$;
comment on function authz.caller_by_now(text[]) is
  'The verified caller in the newest snapshot: who, whether they are in anywhere, and which of the places given are theirs no more. [N-16, S-16]';
alter function authz.caller_by_now(text[]) owner to cordon_definer;
revoke all on function authz.caller_by_now(text[]) from public;
