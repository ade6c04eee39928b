-- authz.form_termination: what is said of the end of a form, as the text that its digest is of: when, by whom and why. NULL of one that has not
-- ended.
create or replace function authz.form_termination(organisation_id uuid, form_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select jsonb_build_object(
      'format', 'cordon.termination.1',
      'organisation_id', f.organisation_id, 'form_id', f.id, 'content_sha256', f.content_sha256,
      'terminated_at', to_char(f.terminated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'terminated_by_user_id', f.terminated_by_user_id, 'termination_reason', f.termination_reason
    )::text
    from public.signed_forms as f
    where f.organisation_id = form_termination.organisation_id
      and f.id = form_termination.form_id
      and f.status = 'terminated'
  );
end
$$;
comment on function authz.form_termination(uuid, uuid) is
  'The end of a form as a JSON text {format, organisation_id, form_id, content_sha256, terminated_at, terminated_by_user_id, termination_reason}; NULL where it has not ended. [S-32, S-33]';
revoke all on function authz.form_termination(uuid, uuid) from public;
grant execute on function authz.form_termination(uuid, uuid) to cordon_definer;
