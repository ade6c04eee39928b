-- governance.bent_tombstones: tombstones that erasure and retention did not leave as they stand: who can write to the table as superuser buries what they
-- took themselves. It holds what stands there against each other: who also forges what closes them, and the request or the run, is told by no query, but
-- leaves them there for people to ask about. Of the migrating role, because nobody else may read all of it: it asks for nobody's rights, so that only
-- public.bent_tombstones may call it, which does.
create or replace function governance.bent_tombstones(organisation_id uuid)
  returns table (of_organisation uuid, cause text, cause_id uuid, problem text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with burials as (
    select t.organisation_id, t.cause, t.cause_id,
      count(*) filter (where t.relation = 'governance.tombstones') as closings,
      max(t.row_count) filter (where t.relation = 'governance.tombstones') as closed,
      max(t.keys_sha256) filter (where t.relation = 'governance.tombstones') as closed_sha256,
      max(t.destroyed_at) as destroyed_at,
      bool_or(
        t.record_keys is not null
          and (cardinality(t.record_keys) <> t.row_count or authz.digest(array_to_string(t.record_keys, E'\n')) <> t.keys_sha256)
      ) as misnames,
      bool_or(t.record_keys is not null) as is_of_sealed
    from governance.tombstones as t
    where bent_tombstones.organisation_id is null or t.organisation_id = bent_tombstones.organisation_id
    group by t.organisation_id, t.cause, t.cause_id
  )
  select b.organisation_id, b.cause, b.cause_id, p.problem
  from burials as b
  cross join lateral governance.burial_digest(b.organisation_id, b.cause, b.cause_id) as d
  cross join lateral (
    values
      ('not_closed', b.closings = 0),
      ('closed_twice', b.closings > 1),
      ('not_what_was_closed', b.closings = 1 and (b.closed, b.closed_sha256) is distinct from (d.tombstones, d.sha256)),
      ('keys_of_another_digest', b.misnames),
      -- Requests are kept as long as a log is, and no longer: what is older was asked for by one that may be gone.
      (
        'no_request',
        b.cause = 'erasure'
          and b.destroyed_at > authz.now() - governance.kept_for(b.organisation_id, 'audit')
          and not exists (
            select
            from public.subject_requests as r
            where r.organisation_id = b.organisation_id and r.id = b.cause_id and r.kind = 'erasure' and r.status = 'completed'
          )
      ),
      ('no_run', b.cause = 'retention' and b.is_of_sealed and not exists (select from governance.retention_runs as r where r.id = b.cause_id))
  ) as p (problem, is_so)
  where p.is_so
  order by b.organisation_id, b.cause, b.cause_id, p.problem;
end
$$;
comment on function governance.bent_tombstones(uuid) is
  'Erasures and runs of retention whose tombstones are not those that they left {of_organisation, cause, cause_id, problem}, of one organisation or all (NULL). [N-49, S-20]';
revoke all on function governance.bent_tombstones(uuid) from public;
grant execute on function governance.bent_tombstones(uuid) to cordon_definer;
