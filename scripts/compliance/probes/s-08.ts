import { probe, sees } from '../probe.ts';

export const s08 = probe(
  'S-08',
  [
    sees(
      'anon',
      'nobody signed in holds a grant',
      `select has_table_privilege('anon', 'public.document_upload_grants', 'select')`,
      false,
    ),
  ],
  { needs: ['public.document_upload_grants', 'public.issue_upload_grant()'] },
);
