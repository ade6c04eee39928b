import { probe } from '../probe.ts';

export const s09 = probe('S-09', [], {
  needs: ['public.document_read_tickets', 'public.issue_read_ticket()', 'public.redeem_read_ticket()'],
  outside:
    'the life of the signed link itself is set where it is minted, on the server; the database gives the ticket for it',
});
