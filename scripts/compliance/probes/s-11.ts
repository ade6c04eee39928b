import { probe } from '../probe.ts';

export const s11 = probe('S-11', [], {
  needs: ['public.documents', 'storage.objects', 'authz.tg_objects__uploaded()'],
  outside:
    'a signed link is redeemed by Storage without asking a policy; the ticket behind it is what the database holds',
});
