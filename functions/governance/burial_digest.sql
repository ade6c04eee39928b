-- governance.burial_digest: what was destroyed at once, by one request or run at one organisation, as a digest over all its tombstones: how many there are,
-- and what they say was destroyed. In text that anybody writes anew from the rows (docs/seals.md).
create or replace function governance.burial_digest(organisation_id uuid, cause text, cause_id uuid, out tombstones bigint, out sha256 text)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  select count(*),
      authz.digest(
        '["' || burial_digest.organisation_id || '",' || to_json(burial_digest.cause)::text || ',"' || burial_digest.cause_id || '"]'
          || coalesce(string_agg(E'\n' || s.line, '' order by s.line collate "C"), '')
      )
    into tombstones, sha256
    from (
      select '[' || to_json(t.relation)::text || ',' || coalesce(to_json(t.column_name)::text, 'null')
          || ',"' || t.row_count || '","' || t.keys_sha256 || '"]' as line
      from governance.tombstones as t
      where t.organisation_id = burial_digest.organisation_id
        and t.cause = burial_digest.cause
        and t.cause_id = burial_digest.cause_id
        and t.relation <> 'governance.tombstones'
    ) as s;
end
$$;
comment on function governance.burial_digest(uuid, text, uuid) is
  'How many tombstones a request or run left at an organisation, and the digest of what they say; that which closes them left out. [N-49, S-20]';
revoke all on function governance.burial_digest(uuid, text, uuid) from public;
