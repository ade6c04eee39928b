import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const nothingPublished: Invariant = {
  name: 'nothing-published',
  claim: 'no table is in a publication',
  why: 'Realtime sends deletions without asking the policies.',
  requirements: ['S-04'],
  query: `
    with ${TABLES}
    select t.object,
           (
             select 'is published by ' || string_agg(p.pubname::text, ', ')
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
