-- authz.tg_objects__uploaded: an object comes into the bucket on a grant, once, whoever writes it. The Storage API asks as the uploader first,
-- in a transaction that it rolls back, and writes as the server's key when all bytes are there: that second write passes every policy, and
-- stops here. After the row, so that the last word of every other trigger has been said, and a policy has refused before we look.
create or replace function authz.tg_objects__uploaded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- Another shape names nothing: neither is looked up.
  v_organisation_id constant uuid := case when authz.is_object_path(new.name) then split_part(new.name, '/', 1)::uuid end;
  v_document_id constant uuid := case when authz.is_object_path(new.name) then split_part(new.name, '/', 3)::uuid end;
  v_type constant text := nullif(lower(btrim(split_part(new.metadata ->> 'mimetype', ';', 1))), '');
  v_size constant text := coalesce(new.metadata ->> 'size', new.metadata ->> 'contentLength');
  v_grant record;
begin
  select g.organisation_id, g.id, g.document_id, g.user_id, g.session_id, g.content_type, g.size_bytes, g.expires_at, g.used_at
    into v_grant
    from public.document_upload_grants as g
    join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id
   where g.organisation_id = v_organisation_id
     and g.document_id = v_document_id
     and d.object_path = new.name
     and d.status = 'pending'
     and d.archived_at is null
     and g.archived_at is null
  for no key update of g; -- the second of two uploads waits here, and finds it used
  if v_grant.id is null
    or v_grant.used_at is not null
    or v_grant.expires_at <= clock_timestamp()
    or coalesce(new.owner_id, new.owner::text) is distinct from v_grant.user_id::text
    -- A signed upload asks for nobody's token any more: whoever left, or was signed out, brings nothing in by it.
    or not exists (
      select
      from authz.live_memberships as m
      where m.organisation_id = v_grant.organisation_id
        and m.user_id = v_grant.user_id
    )
    or not exists (select from authz.live_sessions as s where s.id = v_grant.session_id and s.user_id = v_grant.user_id)
  then
    raise exception 'no grant stands for this upload'
      using errcode = 'insufficient_privilege', hint = 'issue_upload_grant gives one: for one file, one path and one login, once, for 15 minutes, and no longer than their session and membership.';
  end if;
  -- Who is asked before the file is there says neither. A row that stays so is of no use: finalise_document wants both.
  if v_type <> v_grant.content_type
    or v_size !~ '^[0-9]{1,15}$'
    or v_size::numeric <> v_grant.size_bytes
    or v_size::numeric = 0
  then
    raise exception 'the file is not of the type and size that were granted'
      using errcode = 'insufficient_privilege', hint = 'Ask for a grant with the type and size of the file.';
  end if;
  -- Metadata of the uploader's own would be a copy that no rule covers.
  if coalesce(new.user_metadata, '{}') <> '{}' then
    raise exception 'an object of a document carries no metadata of the uploader'
      using errcode = 'insufficient_privilege', hint = 'Upload it without metadata.';
  end if;
  update public.document_upload_grants as g
     set used_at = clock_timestamp()
   where g.organisation_id = v_grant.organisation_id
     and g.id = v_grant.id;
  update public.documents as d
     set status = 'uploaded',
         content_type = v_type,
         size_bytes = v_size::bigint
   where d.organisation_id = v_grant.organisation_id
     and d.id = v_grant.document_id;
  return null;
end
$$;
comment on function authz.tg_objects__uploaded() is
  'Uses up the grant of an upload, or refuses it with 42501: replayed, expired, another login''s or one''s that has left or signed out, of another path, type or size; whoever writes. [S-05, S-07, S-08, S-11]';
alter function authz.tg_objects__uploaded() owner to cordon_definer;
revoke all on function authz.tg_objects__uploaded() from public;
