import { quoteLiteral } from '../../postgres/quote.ts';
import type { DoctorCheck } from '../check.ts';
import { NEVER_EXPOSED, NEVER_EXPOSED_NAMES, postgrestSetting } from '../settings.ts';

const NEVER = `array[${NEVER_EXPOSED.map(quoteLiteral).join(', ')}]`;

export const exposedSchemas: DoctorCheck = {
  name: 'exposed-schemas',
  claim: 'the API exposes public, and none of authz, audit, governance and what belongs to the platform',
  why: 'A caller who can name a helper asks it about others.',
  remedy:
    "alter role authenticator set pgrst.db_schemas = 'public'; on hosted Supabase: Settings, Data API, Exposed schemas",
  requirements: ['N-09', 'N-11'],
  query: `
    with ${postgrestSetting('db_schemas')}, exposed as (
      select name from regexp_split_to_table(regexp_replace((select value from postgrest), '\\s', '', 'g'), ',') as name
    )
    select 'pgrst.db_schemas' as object, coalesce((select value from postgrest), 'set elsewhere, in the configuration of PostgREST') as found,
           'none of authz, audit, governance, nor of the platform''s but graphql_public' as expected,
           case
             when not exists (select from postgrest) then 'unseen'
             when exists (select from exposed where name = any (${NEVER}) or name ~ ${quoteLiteral(NEVER_EXPOSED_NAMES)}) then 'fault'
             else 'ok'
           end as state`,
};
