/** A publication sends rows to whoever may receive it, and asks no policy. It is nobody's in particular. */
export const PUBLICATION_DOORS = `
  select jsonb_build_object('realm', '', 'who', format('whoever receives the publication %I, whatever policies say,', d.pubname),
    'verb', 'read', 'object', d.object, 'columns', d.columns, 'state', trim(d.state)) as found
  from (
    select p.pubname, 'every table' as object, null::text[] as columns, '' as state
    from pg_publication as p where p.puballtables
    union all
    select p.pubname, 'every table of schema ' || n.nspname, null, ''
    from pg_publication_namespace as x
    join pg_publication as p on p.oid = x.pnpubid
    join pg_namespace as n on n.oid = x.pnnspid
    union all
    select p.pubname, x.prrelid::regclass::text,
           array(select a.attname from pg_attribute as a
             where a.attrelid = x.prrelid and a.attnum > 0 and not a.attisdropped and (x.prattrs is null or a.attnum = any (x.prattrs))
             order by a.attnum),
           coalesce('where ' || pg_get_expr(x.prqual, x.prrelid), '')
    from pg_publication_rel as x join pg_publication as p on p.oid = x.prpubid
    union all
    select p.pubname, 'what it publishes',  null,
           concat_ws(', ', case when p.pubinsert then 'added' end, case when p.pubupdate then 'changed' end,
             case when p.pubdelete then 'deleted' end, case when p.pubviaroot then 'as rows of the root' end)
    from pg_publication as p
    where p.puballtables or exists (select from pg_publication_tables as t where t.pubname = p.pubname)
  ) as d
  order by d.pubname collate "C", d.object collate "C"`;
