-- public.declare_restricted_read: says what the restricted records are for that the rest of this transaction reads, and counts one read (N-52).
-- It opens nothing: policies decide as before, narrower by the purpose, and put both on record with what they decide. In public, because
-- read_medical_record acts with the rights of its caller, who may name nothing of authz.
create or replace function public.declare_restricted_read(purpose text, justification text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_justification constant text := authz.trimmed(justification);
begin
  perform authz.count_restricted_read();
  if not exists (select from public.consent_purposes as p where p.purpose = declare_restricted_read.purpose) then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;
  -- The access log keeps 500.
  if coalesce(length(v_justification), 0) not between 10 and 500 then
    raise exception 'a restricted read needs a justification'
      using errcode = 'CD044', hint = 'Say why, in 10 to 500 characters: the access log keeps it.';
  end if;
  if authz.secret_in(v_justification) is not null then
    raise exception 'a justification carries a %', authz.secret_in(v_justification)
      using errcode = 'CD016', hint = 'Leave it out: the access log keeps what stands here for good.';
  end if;
  perform set_config('app.purpose', declare_restricted_read.purpose, true);
  perform set_config('app.justification', v_justification, true);
end
$$;
comment on function public.declare_restricted_read(text, text) is
  'Purpose and justification of what the rest of this transaction reads, counted as one restricted read. 42501 without a live session, CD006 for an unknown purpose, CD016 for a number in the justification, CD041 beyond the limit, CD044 without a justification of 10 to 500 characters. [N-35, N-47, N-48, N-52]';
alter function public.declare_restricted_read(text, text) owner to cordon_definer;
revoke all on function public.declare_restricted_read(text, text) from public;
grant execute on function public.declare_restricted_read(text, text) to authenticated;
