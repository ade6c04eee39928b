-- public.create_organisation: a tenant is born whole: organisation, settings and its first member, who has to accept.
-- Definer, because operations may insert no memberships otherwise: they would make anybody staff of any clinic.
create or replace function public.create_organisation(
  name text,
  kind text,
  country text,
  timezone text,
  regime text,
  first_member_user_id uuid
)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'only an admin of operations creates organisations'
      using errcode = 'insufficient_privilege', hint = 'Ask operations.';
  end if;
  perform authz.refuse_operator(create_organisation.first_member_user_id);

  insert into public.organisations (name, kind, country, timezone, regime)
  values (
    create_organisation.name, create_organisation.kind, create_organisation.country,
    create_organisation.timezone, create_organisation.regime
  )
  returning id into v_organisation_id;

  insert into public.organisation_settings (organisation_id) values (v_organisation_id);

  insert into public.organisation_members (organisation_id, user_id, role)
  values (v_organisation_id, create_organisation.first_member_user_id, 'clinic_admin');
  return v_organisation_id;
end
$$;
comment on function public.create_organisation(text, text, text, text, text, uuid) is
  'Creates an organisation with its settings and first clinic_admin; returns its id. Operations admin only, and never of one of operations (42501). [N-05]';
alter function public.create_organisation(text, text, text, text, text, uuid) owner to cordon_definer;
revoke all on function public.create_organisation(text, text, text, text, text, uuid) from public;
grant execute on function public.create_organisation(text, text, text, text, text, uuid) to internal_ops;
