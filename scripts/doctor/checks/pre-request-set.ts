import type { DoctorCheck } from '../check.ts';
import { postgrestSetting } from '../settings.ts';

export const preRequestSet: DoctorCheck = {
  name: 'pre-request-set',
  claim: 'PostgREST asks public.pre_request before each request',
  why: 'Without it an ended session gets no rows instead of an early answer, and malformed headers are only met where something reads them.',
  remedy:
    "alter role authenticator set pgrst.db_pre_request = 'public.pre_request'; notify pgrst, 'reload config'; or look whether PGRST_DB_PRE_REQUEST, db-pre-request in its configuration, says the same",
  requirements: ['N-53'],
  query: `
    with ${postgrestSetting('db_pre_request')}
    select 'pgrst.db_pre_request' as object, coalesce((select value from postgrest), 'set elsewhere, in the configuration of PostgREST, or nowhere') as found,
           'public.pre_request' as expected,
           case when not exists (select from postgrest) then 'unseen' when (select value from postgrest) = 'public.pre_request' then 'ok' else 'fault' end
             as state`,
};
