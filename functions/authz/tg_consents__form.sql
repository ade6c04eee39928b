-- authz.tg_consents__form: a form carries consents to the purposes that its text names, proposed while it is a draft (N-45). After the
-- row, so that the policy has spoken first. The foreign key's lock on the form makes it wait for a signature under way.
create or replace function authz.tg_consents__form()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.signed_form_id is not null and not exists (
    select
    from public.signed_forms as f
    join public.form_templates as t on t.id = f.template_id
    where f.organisation_id = new.organisation_id
      and f.id = new.signed_form_id
      and f.status = 'draft'
      and f.archived_at is null
      and new.purpose = any (t.purposes)
  ) then
    raise exception 'the form does not carry this consent'
      using errcode = 'CD017', hint = 'Name a draft of the patient''s whose template lists the purpose.';
  end if;
  return null;
end
$$;
comment on function authz.tg_consents__form() is
  'Refuses with CD017 a consent that its form cannot carry. [N-45, S-33]';
alter function authz.tg_consents__form() owner to cordon_definer;
revoke all on function authz.tg_consents__form() from public;
