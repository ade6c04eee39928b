/** `view_sources(view, source)`: the relations that a view reads, through its rule. */
export const VIEW_SOURCES = `
  view_sources as (
    select distinct w.ev_class as view, d.refobjid as source
    from pg_rewrite as w
    join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
    where d.refobjid <> w.ev_class and w.rulename = '_RETURN'
  )`;

/** Whether a view, under this alias, runs with the rights of its reader. */
export function isInvokerView(alias: string): string {
  return `(coalesce(${alias}.reloptions, '{}') && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes'])`;
}
