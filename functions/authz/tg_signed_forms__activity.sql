-- authz.tg_signed_forms__activity: that a form was drawn up, signed, ended; never by which words (S-18).
create or replace function authz.tg_signed_forms__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'signed_form.drafted', jsonb_build_object('template_id', new.template_id), new.updated_by_user_id
    );
  elsif new.status is distinct from old.status then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id,
      case new.status when 'active' then 'signed_form.signed' else 'signed_form.terminated' end,
      jsonb_build_object('content_sha256', new.content_sha256), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_signed_forms__activity() is
  'Records draft, signature and termination of a form. [S-18]';
alter function authz.tg_signed_forms__activity() owner to cordon_definer;
revoke all on function authz.tg_signed_forms__activity() from public;
