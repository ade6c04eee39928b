import { probe, surveys } from '../probe.ts';

export const s11 = probe(
  'S-11',
  [
    surveys(
      'every object is behind a policy of each realm',
      `select p.polname::text as object, null as problem from pg_policy as p where p.polrelid = 'storage.objects'::regclass`,
    ),
  ],
  {
    needs: ['public.documents', 'storage.objects', 'authz.tg_objects__uploaded()'],
    outside:
      'a signed link is redeemed by Storage without asking a policy; the ticket behind it is what the database holds',
  },
);
