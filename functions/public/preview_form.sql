-- public.preview_form: what would be signed at this moment, and its digest: given to sign_form, nobody signs what they were not shown.
create or replace function public.preview_form(form_id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_content constant text := authz.form_content(authz.form_tenant(form_id), form_id);
begin
  return jsonb_build_object('content', v_content, 'content_sha256', authz.digest(v_content));
end
$$;
comment on function public.preview_form(uuid) is
  'The text of a form as it would be signed now {content, content_sha256}. 42501 for who may neither sign nor witness, CD010 for no such form. [S-31]';
alter function public.preview_form(uuid) owner to cordon_definer;
revoke all on function public.preview_form(uuid) from public;
grant execute on function public.preview_form(uuid) to authenticated, patient;
