-- governance.subject_rows: every row of one patient at one organisation, table by table, and what is left out of it with its reason. Of the migrating
-- role, because nobody else may read all of it: it asks for nobody's rights, so that only export_subject may call it, which does. Staff are left out,
-- but not from what they wrote of somebody's health: a chart names its professionals, and says with which licence they wrote (CFM 1.638/2002 art. 5).
-- Whoever wrote is told by name, council and licence, and never by a login. What an application keeps as json, or in a type of its own, may hold what
-- jsonb does not take: it is told as its text then.
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
  v_author text;
  v_source text;
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
    v_author := case
      when exists (
        select
        from governance.classification as c
        where c.schema_name = v_table.schema_name
          and c.table_name = v_table.table_name
          and c.domain = 'clinical'
          and c.retention = 'chart'
          and c.level not in ('PUBLIC', 'INTERNAL')
      ) and exists (
        select from pg_attribute as a where a.attrelid = v_table.oid and a.attname = 'created_by_user_id' and not a.attisdropped
      ) then
        ' || coalesce((
           select jsonb_build_object(''written_by'', jsonb_build_object(''name'', n.display_name, ''council'', l.council, ''licence'', l.licence))
           from public.organisation_members as m
           left join public.profiles as n on n.user_id = m.user_id
           left join public.professionals as l on l.organisation_id = m.organisation_id and l.user_id = m.user_id
           where m.organisation_id = $1
             and m.user_id = t.created_by_user_id
             and (l.user_id is not null or m.role in (''doctor'', ''nurse''))
         ), ''{}'')'
      else ''
    end;
    -- A table without such a column is asked as it stands.
    select case
        when bool_or(c.is_json) then
          format(
            '(select %s from %s as t)',
            string_agg(
              format(case when c.is_json then 'governance.told_json(to_json(t.%1$I)) as %1$I' else 't.%I' end, c.attname),
              ', ' order by c.attnum
            ),
            v_table.oid::regclass
          )
        else v_table.oid::regclass::text
      end
      into v_source
      from (
        select a.attnum, a.attname,
          'json'::regtype in (y.oid, y.typelem, y.typbasetype) or e.typtype in ('c', 'd') or exists (
            select
            from pg_cast as k -- a type that an application says how to write as json
            where k.castsource in (y.oid, e.oid) and k.casttarget = 'json'::regtype and k.castsource <> 'jsonb'::regtype
          ) as is_json
        from pg_attribute as a
        join pg_type as y on y.oid = a.atttypid
        join pg_type as e on e.oid = case when y.typelem <> 0 and y.typcategory = 'A' then y.typelem else y.oid end
        where a.attrelid = v_table.oid and a.attnum > 0 and not a.attisdropped
      ) as c;
    if exists (
      select
      from governance.export_exclusions as e
      where e.schema_name = v_table.schema_name and e.table_name = v_table.table_name and e.column_name = '*'
    ) then
      content := null;
    else
      -- The row and not t: a table may have a column of that name.
      execute format(
        'select coalesce(jsonb_agg((to_jsonb(t.*) - $3)%s order by %s), ''[]'') from %s as t where %s(%s)',
        v_author,
        coalesce(v_key, '1'),
        v_source,
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
comment on function governance.subject_rows(uuid, uuid) is
  'Rows of a patient {relation, content, left_out}; content is NULL for a table that is left out as a whole. Rows of a chart that care staff wrote say by whom: written_by {name, council, licence}. [N-49]';
revoke all on function governance.subject_rows(uuid, uuid) from public;
grant execute on function governance.subject_rows(uuid, uuid) to cordon_definer;
