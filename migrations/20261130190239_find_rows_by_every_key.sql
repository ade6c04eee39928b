-- migrate:up
-- Why: An export forgot rows that name the patient by a second key, and failed on tables that call things otherwise than ours.
-- Access: 1 definer function
--   ~ governance.subject_rows is written, and runs with the rights of its owner
--   widens: governance.subject_graph(), which 3 functions ask, has another text
--   widens: governance.subject_rows(uuid, uuid), which 1 function asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- governance.subject_graph: every table that holds rows of a patient, found by walking foreign keys from patients, and the links that
-- governance.subject_links adds, and how to find the rows: an SQL condition on `t`, with the organisation as $1 and the patient as $2. A composite key
-- carries the patient with it, so that most tables are asked by a column of their own, or by each where two name patients; where that may be null,
-- by their other keys too. A table that is added tomorrow is found tomorrow, however it spells its name and that of the organisation.
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
  v_found jsonb := '{"public.patients": {"columns": ["id"], "tenant": "organisation_id", "depth": 0, "via": ""}}';
  v_known jsonb;
  v_columns jsonb;
  v_tenant text;
  v_has_organisation boolean;
  v_others text;
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
      select format('%I.%I', cn.nspname, cc.relname) as child, format('%I.%I', pn.nspname, pc.relname) as parent,
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
      select format('%I.%I', l.schema_name, l.table_name), format('public.%I', l.target_table),
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
      v_known := v_found -> (v_edge ->> 'child');
      -- The columns of the child that carry the patient, and the one that carries the organisation, where the key does.
      select jsonb_agg(distinct c.value) filter (where v_parent -> 'columns' ? t.value and (v_edge -> 'carries')::boolean),
          min(c.value) filter (where t.value = v_parent ->> 'tenant')
        into v_columns, v_tenant
        from jsonb_array_elements_text(v_edge -> 'columns') with ordinality as c (value, place)
        join jsonb_array_elements_text(v_edge -> 'targets') with ordinality as t (value, place) using (place);
      if v_known is null
        or not coalesce(v_known -> 'columns' @> v_columns, v_columns is null)
        or (v_tenant is not null and v_known ->> 'tenant' is null)
      then
        select jsonb_agg(distinct c.value)
          into v_columns
          from jsonb_array_elements(coalesce(v_known -> 'columns', '[]') || coalesce(v_columns, '[]')) as c (value);
        v_found := v_found || jsonb_build_object(
          v_edge ->> 'child',
          jsonb_build_object(
            'columns', coalesce(v_columns, '[]'),
            'tenant', coalesce(v_known ->> 'tenant', v_tenant),
            'depth', coalesce((v_known ->> 'depth')::integer, (v_parent ->> 'depth')::integer + 1),
            'via', v_edge ->> 'parent'
          )
        );
        v_is_new := true;
      end if;
    end loop;
  end loop;
  for relation, v_columns, v_tenant, via in
    select f.key, f.value -> 'columns', f.value ->> 'tenant', f.value ->> 'via'
    from jsonb_each(v_found) as f
    order by (f.value ->> 'depth')::integer, f.key
  loop
    select string_agg(format('t.%I = $2', c), ' or ' order by c) into v_condition from jsonb_array_elements_text(v_columns) as c;
    v_has_organisation := exists (
      select from pg_attribute as a where a.attrelid = relation::regclass and a.attname = 'organisation_id' and not a.attisdropped
    );
    -- What always names its patient needs to be asked for nothing else.
    if not exists (
      select
      from pg_attribute as a
      where a.attrelid = relation::regclass and a.attnotnull and v_columns ? a.attname::text
    ) then
      select string_agg(
          format(
            '(%s) in (select %s from %s as t where %s(%s))',
            (select string_agg(format('t.%I', c), ', ') from jsonb_array_elements_text(e.value -> 'columns') as c),
            (select string_agg(format('t.%I', c), ', ') from jsonb_array_elements_text(e.value -> 'targets') as c),
            (e.value ->> 'parent')::regclass,
            case when p.has_organisation then 't.organisation_id = $1 and ' else '' end,
            p.condition
          ),
          ' or ' order by e.value::text
        )
        into v_others
        from jsonb_array_elements(v_edges) as e
        cross join lateral (
          select
            coalesce(
              v_conditions ->> (e.value ->> 'parent'),
              (select string_agg(format('t.%I = $2', c), ' or ' order by c)
               from jsonb_array_elements_text(v_found -> (e.value ->> 'parent') -> 'columns') as c)
            ) as condition,
            exists (
              select
              from pg_attribute as a
              where a.attrelid = (e.value ->> 'parent')::regclass and a.attname = 'organisation_id' and not a.attisdropped
            ) as has_organisation
        ) as p
       where e.value ->> 'child' = relation
         and p.condition is not null
         -- By a column of its own it is asked already.
         and not exists (
           select from jsonb_array_elements_text(e.value -> 'columns') as c (value) where v_columns ? c.value
         );
      v_condition := concat_ws(' or ', v_condition, v_others);
    end if;
    -- Whoever calls the organisation something else is asked by that name, which the caller does not know.
    if not v_has_organisation and v_tenant is not null then
      v_condition := format('t.%I = $1 and (%s)', v_tenant, v_condition);
    end if;
    v_conditions := v_conditions || jsonb_build_object(relation, v_condition);
    condition := v_condition;
    return next;
  end loop;
end
$$;

-- governance.subject_rows: every row of one patient at one organisation, table by table, and what is left out of it with its reason. Of the migrating
-- role, because nobody else may read all of it: it asks for nobody's rights, so that only export_subject may call it, which does.
create or replace function governance.subject_rows(organisation_id uuid, patient_id uuid)
  returns table (relation text, content jsonb, left_out jsonb)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_table record;
  v_hidden text[];
  v_key text;
begin
  for v_table in
    select g.relation as name, g.condition, g.relation::regclass as oid, n.nspname as schema_name, c.relname as table_name
    from governance.subject_graph() as g
    join pg_class as c on c.oid = g.relation::regclass
    join pg_namespace as n on n.oid = c.relnamespace
  loop
    relation := v_table.name;
    select array_agg(a.attname::text order by a.attname),
        coalesce(jsonb_object_agg(a.attname, e.reason order by a.attname) filter (where a.attname is not null), '{}')
      into v_hidden, left_out
      from governance.export_exclusions as e
      join pg_attribute as a
        on a.attrelid = v_table.oid and a.attnum > 0 and not a.attisdropped and e.column_name in (a.attname, '*')
     where e.schema_name in (v_table.schema_name, '*')
       and e.table_name in (v_table.table_name, '*');
    select string_agg(format('t.%I', a.attname), ', ' order by k.place)
      into v_key
      from pg_index as i
      cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
      join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = v_table.oid
       and i.indisprimary
       and k.place <= i.indnkeyatts;
    if exists (
      select
      from governance.export_exclusions as e
      where e.schema_name = v_table.schema_name and e.table_name = v_table.table_name and e.column_name = '*'
    ) then
      content := null;
    else
      -- The row and not t: a table may have a column of that name.
      execute format(
        'select coalesce(jsonb_agg(to_jsonb(t.*) - $3 order by %s), ''[]'') from %s as t where %s(%s)',
        coalesce(v_key, '1'),
        v_table.oid,
        -- Where it has another name, or none, the condition asks for it.
        case
          when exists (
            select from pg_attribute as a where a.attrelid = v_table.oid and a.attname = 'organisation_id' and not a.attisdropped
          ) then 't.organisation_id = $1 and '
          else ''
        end,
        v_table.condition
      )
      into content
      using subject_rows.organisation_id, subject_rows.patient_id, coalesce(v_hidden, '{}');
    end if;
    return next;
  end loop;
end
$$;

-- migrate:down
