import { whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const authHookCallable: ScanRule = {
  name: 'auth-hook-callable',
  level: 'high',
  claim: 'no caller may call a hook of Supabase Auth that runs as its owner',
  why: 'A hook answers for the user id in the event: whoever may call it asks for the roles and tenants of anybody.',
  remedy: 'revoke execute from public, anon and authenticated; grant it to supabase_auth_admin',
  query: ({ callers, functions }) => `
    with ${callers}, ${functions}
    select f.object,
           -- As its caller, it reads what the policies let the caller read.
           case when f.prosecdef then 'is a hook, and may be called by ' || ${whoCalls('f')} end as problem
    from functions as f
    where f.pronargs = 1
      and f.proargtypes[0] in ('jsonb'::regtype, 'json'::regtype)
      and f.prorettype in ('jsonb'::regtype, 'json'::regtype)
      and (f.proname ~* 'access_token|_hook$|^hook_' or (f.proargnames[1] = 'event' and f.body ~* 'claims|user_id|''decision'''))`,
};
