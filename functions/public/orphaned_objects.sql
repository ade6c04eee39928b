-- public.orphaned_objects: files of a clinic whose document has gone, by erasure or retention: they open to nobody, and a server takes them out of
-- Storage (removeErased). The row goes first: an object is kept for as long as one tells of it, and what is killed in between is found here again.
create or replace function public.orphaned_objects(organisation_id uuid, most integer default 100)
  returns text[]
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('role') <> 'service_role' then
    raise exception 'files are taken away by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it with the server''s key.';
  end if;
  return array(
    select o.name
    from storage.objects as o
    where o.bucket_id = 'patient-documents'
      and o.name like orphaned_objects.organisation_id || '/%'
      and authz.is_object_path(o.name)
      and not exists (
        select
        from public.documents as d
        where d.organisation_id = orphaned_objects.organisation_id
          and d.id = split_part(o.name, '/', 3)::uuid
      )
    order by o.name
    limit orphaned_objects.most
  );
end
$$;
comment on function public.orphaned_objects(uuid, integer) is
  'Paths in the bucket of documents that no document tells of any more, so many at most. 42501 for anybody but the server. [S-05, N-49]';
revoke all on function public.orphaned_objects(uuid, integer) from public;
grant execute on function public.orphaned_objects(uuid, integer) to service_role;
