import { probe } from '../probe.ts';

export const s08 = probe('S-08', [], {
  needs: ['public.document_upload_grants', 'public.issue_upload_grant()'],
});
