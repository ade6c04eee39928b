import { probe, refused, surveys } from '../probe.ts';

export const s06 = probe(
  'S-06',
  [
    surveys(
      'no bucket is public',
      `select id as object, case when public then 'is public' end as problem from storage.buckets`,
    ),
    refused(
      undefined,
      'and none can be made public',
      'update storage.buckets set public = true',
      'CD014',
      '42501',
    ),
  ],
  { needs: ['public.documents', 'storage.buckets', 'authz.tg_buckets__private()'] },
);
