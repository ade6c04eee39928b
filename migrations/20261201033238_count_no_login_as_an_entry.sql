-- migrate:up
-- Why: a portal account that was linked counted as the last entry of a chart, and kept all of it for another 20 years
-- Access: none
--   widens: governance.kept_until(uuid, uuid, text, jsonb), which 2 functions ask, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- governance.kept_until: until when a patient's data of a class is kept: from the last entry on. Consents are kept with the chart that they opened
-- (LGPD art. 8 par. 2), so that its last entry counts for them too, and for as long, where an organisation promises more for its charts alone: the
-- chart would stay open when its consent is gone, and to whom its patient had shut out. Entries count from when they were made, and of what takes
-- its course, as a stay, a visit or a document, from its last step: a discharge is an act. A projection that touches a row is none. Nor is a login that is
-- linked, or an address that is written down: who somebody is goes with the chart, and keeps it for no longer than from the day they were registered.
-- `graph` is governance.subject_graph as an object of conditions, walked once for all.
create or replace function governance.kept_until(organisation_id uuid, patient_id uuid, retention text, graph jsonb)
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_table record;
  v_entry timestamptz;
  v_last timestamptz;
begin
  for v_table in
    select g.key::regclass as oid, g.value as condition,
      (
        select a.attname
        from pg_attribute as a
        where a.attrelid = g.key::regclass and a.attname in ('created_at', 'occurred_at')
        order by a.attname
        limit 1
      ) as written,
      c.domain = 'clinical' and exists (
        select from pg_attribute as a where a.attrelid = g.key::regclass and a.attname = 'last_status_change_at' and not a.attisdropped
      ) as has_steps
    from jsonb_each_text(graph) as g
    join governance.classification as c on c.schema_name || '.' || c.table_name = g.key
    where c.retention = any (case kept_until.retention when 'consent' then '{chart,consent}' else array[kept_until.retention] end)
      and not (c.retention = 'chart' and c.domain = 'identity' and g.key <> 'public.patients')
  loop
    execute format(
      'select max(%s) from %s as t where t.organisation_id = $1 and (%s)',
      case when v_table.has_steps then format('greatest(t.%I, t.last_status_change_at)', v_table.written) else format('t.%I', v_table.written) end,
      v_table.oid, v_table.condition
    )
      into v_entry
      using kept_until.organisation_id, kept_until.patient_id;
    v_last := greatest(v_last, v_entry);
  end loop;
  return v_last + greatest(
    governance.kept_for(kept_until.organisation_id, kept_until.retention),
    case when kept_until.retention = 'consent' then governance.kept_for(kept_until.organisation_id, 'chart') end
  );
end
$$;
comment on function governance.kept_until(uuid, uuid, text, jsonb) is
  'Until when data of a class is kept of a patient: last entry, or last step of a stay, visit or document, plus governance.kept_for, and never a login or address; NULL where there is none. [N-38, N-49]';

-- migrate:down
