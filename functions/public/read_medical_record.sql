-- public.read_medical_record: one record for a stated purpose and reason, at most so many a minute. With the rights of its caller: what the
-- policies hide, it cannot show, and what they decide is on record with both, whether or not the transaction is kept.
create or replace function public.read_medical_record(record_id uuid, purpose text, justification text)
  returns jsonb
  language plpgsql
  volatile
  security invoker
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_purpose constant text := current_setting('app.purpose', true);
  v_justification constant text := current_setting('app.justification', true);
  v_records jsonb[];
begin
  perform public.declare_restricted_read(purpose, justification);
  v_records := array(select to_jsonb(r) from public.medical_record_overview as r where r.id = record_id);
  -- What comes after is not for this purpose.
  perform set_config('app.purpose', coalesce(v_purpose, ''), true);
  perform set_config('app.justification', coalesce(v_justification, ''), true);
  -- Ids are unique within a clinic, and whoever names no clinic sees one only where they have one.
  if cardinality(v_records) <> 1 then
    raise exception 'record not found'
      using errcode = 'CD010', hint = 'Name a record that you may read for this purpose; evaluate_policy says why one is not.';
  end if;
  return v_records[1];
end
$$;
comment on function public.read_medical_record(uuid, text, text) is
  'The record with its diagnosis where the caller may see it (medical_record_overview). CD010 for one that is not theirs to read, 42501, CD006, CD041 and CD044 as declare_restricted_read. [N-14, N-35, N-47, N-52]';
revoke all on function public.read_medical_record(uuid, text, text) from public;
grant execute on function public.read_medical_record(uuid, text, text) to authenticated;
