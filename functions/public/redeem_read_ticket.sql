-- public.redeem_read_ticket: the server signs for whoever has no way into Storage: once a ticket, while it lives and the rules still open
-- what it opened. It names the tenant as its every write does (S-05).
create or replace function public.redeem_read_ticket(organisation_id uuid, ticket_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_ticket record;
begin
  if current_setting('role') <> 'service_role' then
    raise exception 'tickets are redeemed by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it with the server''s key.';
  end if;
  -- The second of two waits for the row, and finds it redeemed.
  update public.document_read_tickets as t
     set redeemed_at = clock_timestamp()
   where t.organisation_id = redeem_read_ticket.organisation_id
     and t.id = redeem_read_ticket.ticket_id
     and t.redeemed_at is null
     and t.revoked_at is null
     and t.archived_at is null
     and t.expires_at > clock_timestamp()
     and authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose)
  returning t.document_id, t.expires_at, t.session_id, t.user_id into v_ticket;
  if v_ticket.document_id is null
    or not exists (select from authz.live_sessions as s where s.id = v_ticket.session_id and s.user_id = v_ticket.user_id)
  then
    raise exception 'ticket not found'
      using errcode = 'CD010', hint = 'A ticket lives for sixty seconds, is redeemed once, and dies with what it opened: issue another.';
  end if;
  return (
    select jsonb_build_object(
      'bucket', d.bucket, 'path', d.object_path, 'sha256', d.sha256,
      'expires_in', greatest(1, floor(extract(epoch from v_ticket.expires_at - clock_timestamp()))::integer)
    )
    from public.documents as d
    where d.organisation_id = redeem_read_ticket.organisation_id
      and d.id = v_ticket.document_id
  );
end
$$;
comment on function public.redeem_read_ticket(uuid, uuid) is
  'What a server signs for a ticket {bucket, path, sha256, expires_in}, in seconds; once. 42501 for anybody but the server, CD010 for a ticket that opens nothing now. [S-05, S-09, N-50]';
alter function public.redeem_read_ticket(uuid, uuid) owner to cordon_definer;
revoke all on function public.redeem_read_ticket(uuid, uuid) from public;
grant execute on function public.redeem_read_ticket(uuid, uuid) to service_role;
