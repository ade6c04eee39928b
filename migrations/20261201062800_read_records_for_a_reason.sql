-- migrate:up
-- Why: one record for a stated purpose and reason, at most so many a minute, with the rights of who asks.
-- Access: +2 grants, 1 definer function
--   ~ public.declare_restricted_read is written, and runs with the rights of its owner
--   + authenticated may execute function public.declare_restricted_read(text, text)
--   + authenticated may execute function public.read_medical_record(uuid, text, text)
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema public to cordon_definer;

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

revoke create on schema public from cordon_definer;

-- migrate:down
