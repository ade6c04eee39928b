-- authz.tg_objects__kept: what lies in the bucket stays what and where it is, whoever writes: no upsert, move or rename into it, within it or
-- out of it. It goes when the row that tells of it has gone: retention takes rows, and nobody else does.
create or replace function authz.tg_objects__kept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Some of them newer versions of Storage have alone.
  v_fixed constant text[] :=
    '{id,bucket_id,name,version,metadata,owner,owner_id,archived_at,is_delete_marker,is_versioned}';
begin
  if tg_op = 'UPDATE' and new.user_metadata is not distinct from old.user_metadata and not exists (
    select
    from unnest(v_fixed) as f (field)
    where to_jsonb(new) -> f.field is distinct from to_jsonb(old) -> f.field
  ) then
    return null;
  end if;
  if tg_op = 'DELETE' then
    if not authz.is_object_path(old.name) then
      return null;
    end if;
    perform
    from public.documents as d
    where d.organisation_id = split_part(old.name, '/', 1)::uuid
      and d.id = split_part(old.name, '/', 3)::uuid;
    if not found then
      return null;
    end if;
  end if;
  raise exception 'an object of a document is neither changed, moved nor deleted'
    using errcode = 'insufficient_privilege', hint = 'Upload another document; withdraw this one with set_document_status.';
end
$$;
comment on function authz.tg_objects__kept() is
  'Refuses with 42501 to change, move or delete an object of a document, whoever writes. [S-08, S-11]';
alter function authz.tg_objects__kept() owner to cordon_definer;
revoke all on function authz.tg_objects__kept() from public;
