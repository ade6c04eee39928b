import type { DoctorCheck } from '../check.ts';
import { postgrestSetting } from '../settings.ts';

export const exposedSchemas: DoctorCheck = {
  name: 'exposed-schemas',
  claim: 'the API exposes public, and none of authz, audit and governance',
  why: 'A caller who can name a helper asks it about others.',
  remedy:
    "alter role authenticator set pgrst.db_schemas = 'public'; on hosted Supabase: Settings, Data API, Exposed schemas",
  requirements: ['N-09', 'N-11'],
  query: `
    with ${postgrestSetting('db_schemas')}
    select 'pgrst.db_schemas' as object, coalesce((select value from postgrest), 'set elsewhere, in the configuration of PostgREST') as found,
           'none of authz, audit, governance, auth, storage' as expected,
           case
             when not exists (select from postgrest) then 'unseen'
             when string_to_array(replace((select value from postgrest), ' ', ''), ',') && '{authz,audit,governance,auth,storage}' then 'fault'
             else 'ok'
           end as state`,
};
