import type { ScanRule } from '../rule.ts';

export const publishedTable: ScanRule = {
  name: 'published-table',
  level: 'low',
  claim: 'no table is in a publication',
  why: 'Realtime sends deletions without asking the policies, and of a table without them every change.',
  remedy: 'alter publication … drop table …; send what is meant to be sent as a broadcast',
  query: ({ tables }) => `
    with ${tables}
    select t.object,
           (
             select 'is published by ' || string_agg(quote_ident(p.pubname), ', ')
             from pg_publication as p
             where p.puballtables
                or exists (select from pg_publication_rel as r where r.prpubid = p.oid and r.prrelid = t.oid)
                or exists (
                  select from pg_publication_namespace as s
                  join pg_class as c on c.relnamespace = s.pnnspid
                  where s.pnpubid = p.oid and c.oid = t.oid
                )
           ) as problem
    from tables as t`,
};
