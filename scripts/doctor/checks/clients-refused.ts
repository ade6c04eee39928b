import type { DoctorCheck } from '../check.ts';

export const clientsRefused: DoctorCheck = {
  name: 'clients-refused',
  claim: 'the client of a third party opens nothing',
  why: 'Supabase Auth lets a session from a mail link let a client in: it reads what its person may, so that whoever has the mailbox does.',
  remedy:
    'update authz.deployment_settings set allow_oauth_clients = false, unless your page of consent refuses whoever did not sign in with more than a mail link',
  requirements: ['N-12', 'S-14'],
  query: `
    select 'authz.deployment_settings.allow_oauth_clients' as object, coalesce(allow_oauth_clients::text, 'no settings') as found, 'false' as expected,
           case when allow_oauth_clients = false then 'ok' else 'fault' end as state
    from (values (true)) as one (is_there)
    left join authz.deployment_settings as s on s.singleton`,
};
