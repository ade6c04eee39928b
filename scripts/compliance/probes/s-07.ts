import { probe, surveys } from '../probe.ts';

export const s07 = probe(
  'S-07',
  [
    surveys(
      'object paths have the shape organisation/patient/document/name',
      `select 'authz.is_object_path' as object, case when authz.is_object_path('a/../b') then 'takes a path that climbs' end as problem`,
    ),
  ],
  { needs: ['public.documents', 'authz.is_object_path()'] },
);
