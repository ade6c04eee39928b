-- authz.tg_buckets__private: the bucket of documents stays as it was made: private, with its limits, and there. A file of a public bucket is
-- served to whoever asks, and no policy is asked (S-06, S-10).
create or replace function authz.tg_buckets__private()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_fixed constant text[] := '{id,name,public,file_size_limit,allowed_mime_types,type,versioning_status}';
begin
  if tg_op = 'UPDATE' and not exists (
    select
    from unnest(v_fixed) as f (field)
    where to_jsonb(new) -> f.field is distinct from to_jsonb(old) -> f.field
  ) then
    return null;
  end if;
  raise exception 'the bucket of documents is private, and stays as it is'
    using errcode = 'insufficient_privilege', hint = 'Use a bucket of your own for what may be public.';
end
$$;
comment on function authz.tg_buckets__private() is
  'Refuses with 42501 to publish, rename, change or delete the bucket of documents, whoever writes. [S-06, S-10]';
revoke all on function authz.tg_buckets__private() from public;
