-- authz.claims: the verified token's claims, the only source of identity (design: never user_metadata,
-- never the legacy request.jwt.claim.* settings, which auth.uid() still prefers).
create or replace function authz.claims()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims jsonb;
begin
  v_claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  if v_claims is not null and jsonb_typeof(v_claims) <> 'object' then
    raise exception 'the token claims are not a JSON object'
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
  end if;
  return v_claims;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, a number out of range, too deep
    raise exception 'the token claims are not valid JSON'
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
end
$$;
comment on function authz.claims() is
  'Claims of the caller''s token, NULL without one. Malformed claims deny with CD001. [N-11]';
revoke all on function authz.claims() from public;
grant execute on function authz.claims() to cordon_definer;
