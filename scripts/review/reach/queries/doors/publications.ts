/** A publication sends rows to whoever may receive it, and asks no policy. It is nobody's in particular. */
export const PUBLICATION_DOORS = `,
  published as (
    select p.*, concat_ws(' ',
      case when not (p.pubinsert and p.pubupdate and p.pubdelete) then 'as far as it is '
        || concat_ws(' or ', case when p.pubinsert then 'added' end, case when p.pubupdate then 'changed' end,
             case when p.pubdelete then 'deleted' end) end,
      case when p.pubviaroot then 'through its root' end) as extent
    from pg_publication as p
  )
  select json_build_object('realm', '', 'who', format('whoever receives the publication %I, whatever policies say,', d.pubname),
    'verb', 'read', 'object', d.object, 'columns', d.columns, 'state', concat_ws(' ', d.filter, nullif(d.extent, ''))) as found
  from (
    select p.pubname, p.extent, 'every table' as object, null::text[] as columns, null as filter
    from published as p where p.puballtables
    union all
    select p.pubname, p.extent, 'every table of schema ' || n.nspname, null, null
    from pg_publication_namespace as x
    join published as p on p.oid = x.pnpubid
    join pg_namespace as n on n.oid = x.pnnspid
    union all
    select p.pubname, p.extent, x.prrelid::regclass::text,
           array(select a.attname from pg_attribute as a
             where a.attrelid = x.prrelid and a.attnum > 0 and not a.attisdropped and (x.prattrs is null or a.attnum = any (x.prattrs))
             order by a.attnum),
           nullif(concat_ws(' ', 'where ' || pg_get_expr(x.prqual, x.prrelid),
             case when c.relreplident = 'f' then 'with what stood there before' end), '')
    from pg_publication_rel as x
    join published as p on p.oid = x.prpubid
    join pg_class as c on c.oid = x.prrelid
  ) as d
  order by d.pubname collate "C", d.object collate "C"`;
