-- Buckets and objects, the functions that policies on them call, and their triggers.

create schema if not exists storage;
grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to supabase_storage_admin with grant option;

do $$
begin
  if not exists (select from pg_type where typname = 'buckettype' and typnamespace = 'storage'::regnamespace) then
    create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
    alter type storage.buckettype owner to supabase_storage_admin;
  end if;
end
$$;

create table if not exists storage.buckets (
  id text not null,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype not null default 'STANDARD'::storage.buckettype,
  constraint buckets_pkey primary key (id)
);
create unique index if not exists bname on storage.buckets (name);
comment on column storage.buckets.owner is 'Field is deprecated, use owner_id instead';

create table if not exists storage.objects (
  id uuid not null default gen_random_uuid(),
  bucket_id text,
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/'::text)) stored,
  version text,
  owner_id text,
  user_metadata jsonb,
  constraint objects_pkey primary key (id),
  constraint "objects_bucketId_fkey" foreign key (bucket_id) references storage.buckets (id)
);
create unique index if not exists bucketid_objname on storage.objects (bucket_id, name);
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);
comment on column storage.objects.owner is 'Field is deprecated, use owner_id instead';

do $$
begin
  if to_regprocedure('storage.foldername(text)') is null then
    create function storage.foldername(name text) returns text[] language plpgsql immutable as $function$
    declare
      _parts text[];
    begin
      select string_to_array(name, '/') into _parts;
      return _parts[1 : array_length(_parts, 1) - 1];
    end
    $function$;
    alter function storage.foldername(text) owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.filename(text)') is null then
    create function storage.filename(name text) returns text language plpgsql as $function$
    declare
      _parts text[];
    begin
      select string_to_array(name, '/') into _parts;
      return _parts[array_length(_parts, 1)];
    end
    $function$;
    alter function storage.filename(text) owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.extension(text)') is null then
    create function storage.extension(name text) returns text language plpgsql immutable as $function$
    declare
      _parts text[];
      _filename text;
    begin
      select string_to_array(name, '/') into _parts;
      select _parts[array_length(_parts, 1)] into _filename;
      return reverse(split_part(reverse(_filename), '.', 1));
    end
    $function$;
    alter function storage.extension(text) owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.operation()') is null then
    create function storage.operation() returns text language plpgsql stable as $function$
    begin
      return current_setting('storage.operation', true);
    end
    $function$;
    alter function storage.operation() owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.update_updated_at_column()') is null then
    create function storage.update_updated_at_column() returns trigger language plpgsql as $function$
    begin
      new.updated_at = now();
      return new;
    end
    $function$;
    alter function storage.update_updated_at_column() owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.protect_delete()') is null then
    create function storage.protect_delete() returns trigger language plpgsql as $function$
    begin
      if coalesce(current_setting('storage.allow_delete_query', true), 'false') != 'true' then
        raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
          using hint = 'This prevents accidental data loss from orphaned objects.', errcode = '42501';
      end if;
      return null;
    end
    $function$;
    alter function storage.protect_delete() owner to supabase_storage_admin;
  end if;
end
$$;

create or replace trigger protect_buckets_delete
  before delete on storage.buckets for each statement execute function storage.protect_delete();
create or replace trigger protect_objects_delete
  before delete on storage.objects for each statement execute function storage.protect_delete();
create or replace trigger update_objects_updated_at
  before update on storage.objects for each row execute function storage.update_updated_at_column();

do $$
declare
  relation name;
begin
  foreach relation in array array['buckets', 'objects'] loop
    execute format('alter table storage.%I owner to supabase_storage_admin', relation);
    execute format('alter table storage.%I enable row level security', relation);
    execute format('grant all on storage.%I to anon, authenticated, service_role', relation);
    if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
      execute format('grant all on storage.%I to postgres with grant option', relation);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
    grant usage on schema storage to postgres;
  end if;
end
$$;
