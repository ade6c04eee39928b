-- migrate:up
-- Why: what Storage may be asked for stands once, for uploads and for signatures, instead of in two functions and four policies
-- Access: +1 grant, 1 definer function
--   ~ authz.document_paths is written, and runs with the rights of its owner
--   + authenticated may execute function authz.document_paths(text, text)
--   widens: clinic staff can now call authz.document_paths(text, text), which acts with the rights of cordon_definer
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.document_paths: to which paths the caller may upload now (verb upload: their unused grants), or which they may have signed (sign: their
-- live tickets, as far as the rules still open what they name), where that is what Storage is asked for. The policies of Storage compare a name
-- with them as a whole: they take no name apart, so that no spelling of one can mean another tenant's.
create or replace function authz.document_paths(verb text, operation text)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  -- Versions of Storage differ in whether it names itself first.
  v_operation constant text := case when starts_with(operation, 'storage.') then substr(operation, 9) else operation end;
  v_is_asked constant boolean := case verb
    when 'upload' then v_operation in ('object.upload', 'object.sign_upload_url', 'tus.upload.create', 'tus.upload.part')
    when 'sign' then v_operation in ('object.sign', 'object.sign_many')
  end;
begin
  if v_caller.session_id is null or v_is_asked is not true then
    return '{}';
  end if;
  return array(
    select d.object_path
    from authz.live_memberships as m
    join public.document_upload_grants as g on g.organisation_id = m.organisation_id and g.user_id = m.user_id
    join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id
    where verb = 'upload'
      and m.user_id = v_caller.user_id
      and g.session_id = v_caller.session_id
      and g.used_at is null
      and g.expires_at > clock_timestamp()
      and g.archived_at is null
      and d.status = 'pending'
      and d.archived_at is null
    union all
    select d.object_path
    from authz.live_memberships as m
    join public.document_read_tickets as t on t.organisation_id = m.organisation_id and t.user_id = m.user_id
    join public.documents as d on d.organisation_id = t.organisation_id and d.id = t.document_id
    where verb = 'sign'
      and m.user_id = v_caller.user_id
      and t.session_id = v_caller.session_id
      and t.realm = 'provider'
      and t.expires_at > clock_timestamp()
      and t.revoked_at is null
      and t.archived_at is null
      and authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose)
  );
end
$$;
comment on function authz.document_paths(text, text) is
  'Paths that the caller''s session may upload to (verb upload), or have signed (sign), where the operation of Storage is that one; none otherwise. [S-08, S-09, S-11, N-50]';
alter function authz.document_paths(text, text) owner to cordon_definer;
revoke all on function authz.document_paths(text, text) from public;
grant execute on function authz.document_paths(text, text) to authenticated;

revoke create on schema authz from cordon_definer;

-- migrate:down
