-- public.reject_schema_change: operations say no to a migration, and why.
create or replace function public.reject_schema_change(version text, checksum text, note text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_note constant text := authz.trimmed(note);
begin
  if coalesce(length(v_note), 0) not between 10 and 1000 then
    raise exception 'rejecting a change takes a reason'
      using errcode = 'CD017', hint = 'Say why, in 10 to 1000 characters: whoever proposed it will read it.';
  end if;
  return authz.decide_schema_change(version, checksum, 'rejected', v_note);
end
$$;
comment on function public.reject_schema_change(text, text, text) is
  'Rejects a proposed migration with a reason; returns when. 42501 for who is no admin of operations, CD010 for a proposal that does not wait, CD017 without a reason. [S-28]';
alter function public.reject_schema_change(text, text, text) owner to cordon_definer;
revoke all on function public.reject_schema_change(text, text, text) from public;
grant execute on function public.reject_schema_change(text, text, text) to internal_ops;
