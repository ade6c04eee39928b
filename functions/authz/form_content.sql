-- authz.form_content: what a form says as a whole, byte for byte: the text that is shown before, signed, and proved after.
create or replace function authz.form_content(organisation_id uuid, form_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select (jsonb_build_object(
      'format', 'cordon.signed-content.1',
      'organisation_id', f.organisation_id, 'form_id', f.id, 'patient_id', f.patient_id, 'case_id', f.case_id,
      'template', jsonb_build_object(
        'id', t.id, 'kind', t.kind, 'code', t.code, 'version', t.version,
        'language', t.language, 'title', t.title, 'body', t.body, 'body_sha256', t.body_sha256
      ),
      'consents', coalesce(
        (
          select jsonb_agg(
            jsonb_build_object(
              'id', c.id, 'purpose', c.purpose, 'legal_basis', c.legal_basis, 'break_glass_allowed', c.break_glass_allowed,
              'expires_at', to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            )
            order by c.id
          )
          from public.consents as c
          where c.organisation_id = f.organisation_id
            and c.signed_form_id = f.id
            and c.status = 'proposed'
            and c.archived_at is null
        ),
        '[]'
      )
    )
    || coalesce(
      (
        select jsonb_build_object('document', jsonb_build_object(
          'id', d.id, 'kind', d.kind, 'content_type', d.content_type, 'size_bytes', d.size_bytes, 'sha256', d.sha256
        ))
        from public.documents as d
        where d.organisation_id = f.organisation_id
          and d.id = f.document_id
      ),
      '{}'
    ))::text
    from public.signed_forms as f
    join public.form_templates as t on t.id = f.template_id
    where f.organisation_id = form_content.organisation_id
      and f.id = form_content.form_id
  );
end
$$;
comment on function authz.form_content(uuid, uuid) is
  'The JSON text of a draft: template, patient, the consents that it carries, and the document that it speaks of with its digest. [S-31]';
alter function authz.form_content(uuid, uuid) owner to cordon_definer;
revoke all on function authz.form_content(uuid, uuid) from public;
