-- authz.is_out_of_reach: whether policies will refuse a write of the caller's to this organisation anyway. A BEFORE trigger
-- runs before the policy's check: one that looked at another tenant's rows, or waited for their locks, would tell of them, and one that recorded
-- would write there. It opens nothing and is asked for each row: whether a member's session still lives is left to the policy. Of operations,
-- the agents alone write to rows of organisations. A member is one under every role: who has put theirs off is looked at all the same. The trigger makes it a row of no organisation: the
-- policy may have been asked under another role, and would let in what nobody looked at.
create or replace function authz.is_out_of_reach(organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.subject(); -- by itself: inside the query it is asked again wherever a plan compares with it
begin
  if exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = is_out_of_reach.organisation_id
      and m.user_id = v_user_id
  ) then
    return false;
  end if;
  return case current_setting('role')
    when 'authenticated' then true
    when 'internal_ops' then not authz.is_operator('{ops_agent}')
    when 'patient' then not is_out_of_reach.organisation_id = any (authz.patient_organisation_ids())
    else not authz.is_system()
  end;
end
$$;
comment on function authz.is_out_of_reach(uuid) is
  'Whether a caller writes to an organisation that they do not reach, so that a trigger must not look. [S-04]';
alter function authz.is_out_of_reach(uuid) owner to cordon_definer;
revoke all on function authz.is_out_of_reach(uuid) from public;
