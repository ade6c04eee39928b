import { noCascadeFromUsers } from '../../catalog/invariants/no-cascade-from-users.ts';
import { noCredentials } from '../../catalog/invariants/no-credentials.ts';
import { keeps, probe, refused } from '../probe.ts';
import { NOBODY } from '../world.ts';

export const s12 = probe(
  'S-12',
  [
    ...keeps(noCredentials, noCascadeFromUsers),
    refused(
      undefined,
      'a person is a login of Supabase Auth, or none',
      `insert into public.profiles (user_id, display_name) values ('${NOBODY}', 'Nobody')`,
      '23503',
    ),
  ],
  { outside: 'that Supabase Auth alone verifies passwords is its own promise' },
);
