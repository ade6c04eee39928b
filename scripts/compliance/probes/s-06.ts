import { probe } from '../probe.ts';

export const s06 = probe('S-06', [], {
  needs: ['public.documents', 'storage.buckets', 'authz.tg_buckets__private()'],
});
