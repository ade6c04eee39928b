-- public.set_context: names the organisation and the purpose for the rest of the transaction (N-12, N-23). It grants
-- nothing: every statement looks the membership up again. Somebody else's organisation and one that does not exist get
-- the same answer. Each choice is recorded (N-36), but in a READ ONLY transaction, which has nothing to write with: what is done
-- in it changes nothing, and each read is judged by the membership, whatever was chosen. What is refused stands in the access log.
create or replace function public.set_context(organisation_id uuid, purpose text default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_user_id constant uuid := v_caller.user_id;
  v_address inet;
begin
  if v_user_id is null then
    perform authz.emit_refusal('context_log', 'INSERT', set_context.organisation_id, null, 'no_session');
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Sign in; a recovery link or an anonymous session is not enough.';
  end if;
  if not exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = set_context.organisation_id
      and m.user_id = v_user_id
  ) then
    perform authz.emit_refusal('context_log', 'INSERT', set_context.organisation_id, null, 'no_membership');
    raise exception 'organisation not found'
      using errcode = 'insufficient_privilege', hint = 'Choose an organisation where your membership is active.';
  end if;
  if purpose is not null and not exists (select from public.consent_purposes as p where p.purpose = set_context.purpose) then
    perform authz.emit_refusal('context_log', 'INSERT', set_context.organisation_id, null, 'purpose');
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;

  perform set_config('app.current_organisation_id', set_context.organisation_id::text, true);
  perform set_config('app.current_clinic_id', '', true);
  perform set_config('app.purpose', coalesce(set_context.purpose, ''), true);

  if current_setting('transaction_read_only') = 'off' then
    v_address := authz.client_address();
    insert into audit.context_log
      (organisation_id, user_id, realm, session_id, purpose, client_address, address_source, user_agent)
    values (
      set_context.organisation_id, v_user_id, authz.acting_realm(), v_caller.session_id, set_context.purpose,
      v_address, case when v_address is null then 'unknown' else 'edge' end, authz.user_agent()
    );
  end if;
  return set_context.organisation_id;
end
$$;
comment on function public.set_context(uuid, text) is
  'Chooses the organisation (and purpose) of this transaction among the caller''s live memberships; returns its id. 42501 without one, CD006 for an unknown purpose. Recorded in audit.context_log unless the transaction is READ ONLY; a refusal in the access log. [N-12, N-23, N-36, N-37]';
alter function public.set_context(uuid, text) owner to cordon_definer;
revoke all on function public.set_context(uuid, text) from public;
grant execute on function public.set_context(uuid, text) to authenticated;
