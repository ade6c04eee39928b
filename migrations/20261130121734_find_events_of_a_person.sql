-- migrate:up
-- Why: Security events about a thing of a person are in their export, and a hold on the person keeps them (N-49).
-- Access: none
--   widens: governance.subject_graph(), which 3 functions ask, has another text
-- Locks: 1 existing table, until the migration commits
--   ROW EXCLUSIVE governance.subject_links

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Whose the events are that are about a thing of a patient: copies for them hold those, and so does a legal hold.
insert into governance.subject_links (schema_name, table_name, column_name, target_table)
values
  ('audit', 'security_events', 'entity_id', 'patients'),
  ('audit', 'security_events', 'entity_id', 'medical_records'),
  ('audit', 'security_events', 'entity_id', 'cases'),
  ('audit', 'security_events', 'entity_id', 'invoice_lines'),
  ('audit', 'security_events', 'entity_id', 'payments');

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- governance.subject_graph: every table that holds rows of a patient, found by walking foreign keys from patients, and the links that
-- governance.subject_links adds, and how to find the rows: an SQL condition on `t`, with the patient as $2. A composite key carries the patient with
-- it, so that most tables are asked by a column of their own. A table that is added tomorrow is found tomorrow.
create or replace function governance.subject_graph()
  returns table (relation text, condition text, via text)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_edges jsonb;
  v_edge jsonb;
  v_parent jsonb;
  v_found jsonb := '{"public.patients": {"column": "id", "depth": 0, "via": ""}}';
  v_column text;
  v_is_new boolean := true;
  v_conditions jsonb := '{"public.patients": "t.id = $2"}';
  v_condition text;
begin
  select jsonb_agg(
      jsonb_build_object('child', e.child, 'parent', e.parent, 'columns', e.columns, 'targets', e.targets, 'carries', e.carries)
      order by e.child, e.parent, e.columns
    )
    into v_edges
    from (
      select cn.nspname || '.' || cc.relname as child, pn.nspname || '.' || pc.relname as parent,
        (select jsonb_agg(a.attname order by k.place) from unnest(c.conkey) with ordinality as k (attnum, place)
         join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
        (select jsonb_agg(a.attname order by k.place) from unnest(c.confkey) with ordinality as k (attnum, place)
         join pg_attribute as a on a.attrelid = c.confrelid and a.attnum = k.attnum) as targets,
        true as carries
      from pg_constraint as c
      join pg_class as cc on cc.oid = c.conrelid and not cc.relispartition
      join pg_namespace as cn on cn.oid = cc.relnamespace
      join pg_class as pc on pc.oid = c.confrelid
      join pg_namespace as pn on pn.oid = pc.relnamespace
      where c.contype = 'f'
        and c.conparentid = 0
        and c.conrelid <> c.confrelid
      union all
      select l.schema_name || '.' || l.table_name, 'public.' || l.target_table,
        jsonb_build_array('organisation_id', l.column_name), '["organisation_id", "id"]',
        -- A column that holds now a patient, now something of theirs, carries neither: asked for the patient alone, the rest would not be found.
        count(*) over (partition by l.schema_name, l.table_name, l.column_name) = 1
      from governance.subject_links as l
    ) as e;
  while v_is_new loop
    v_is_new := false;
    for v_edge in select value from jsonb_array_elements(v_edges) loop
      v_parent := v_found -> (v_edge ->> 'parent');
      continue when v_parent is null;
      -- The column of the child that carries the patient, where the key does.
      select min(c.value)
        into v_column
        from jsonb_array_elements_text(v_edge -> 'columns') with ordinality as c (value, place)
        join jsonb_array_elements_text(v_edge -> 'targets') with ordinality as t (value, place) using (place)
       where t.value = v_parent ->> 'column'
         and (v_edge -> 'carries')::boolean;
      if v_found -> (v_edge ->> 'child') is null
        or (v_column is not null and v_found -> (v_edge ->> 'child') ->> 'column' is null)
      then
        v_found := v_found || jsonb_build_object(
          v_edge ->> 'child',
          jsonb_build_object(
            'column', v_column,
            'depth', coalesce((v_found -> (v_edge ->> 'child') ->> 'depth')::integer, (v_parent ->> 'depth')::integer + 1),
            'via', v_edge ->> 'parent'
          )
        );
        v_is_new := true;
      end if;
    end loop;
  end loop;
  for relation, v_column, via in
    select f.key, f.value ->> 'column', f.value ->> 'via' from jsonb_each(v_found) as f order by (f.value ->> 'depth')::integer, f.key
  loop
    if v_column is not null then
      v_condition := format('t.%I = $2', v_column);
    else
      select string_agg(
          format(
            '(%s) in (select %s from %s as t where t.organisation_id = $1 and (%s))',
            (select string_agg(format('t.%I', c), ', ') from jsonb_array_elements_text(e.value -> 'columns') as c),
            (select string_agg(format('t.%I', c), ', ') from jsonb_array_elements_text(e.value -> 'targets') as c),
            (e.value ->> 'parent')::regclass,
            coalesce(v_conditions ->> (e.value ->> 'parent'), format('t.%I = $2', v_found -> (e.value ->> 'parent') ->> 'column'))
          ),
          ' or ' order by e.value::text
        )
        into v_condition
        from jsonb_array_elements(v_edges) as e
       where e.value ->> 'child' = relation
         and coalesce(v_conditions ->> (e.value ->> 'parent'), v_found -> (e.value ->> 'parent') ->> 'column') is not null;
    end if;
    v_conditions := v_conditions || jsonb_build_object(relation, v_condition);
    condition := v_condition;
    return next;
  end loop;
end
$$;

-- migrate:down
