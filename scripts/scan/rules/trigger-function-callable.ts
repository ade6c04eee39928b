import { whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const triggerFunctionCallable: ScanRule = {
  name: 'trigger-function-callable',
  level: 'medium',
  claim: 'no caller may execute a SECURITY DEFINER trigger function',
  why: 'EXECUTE lets a caller attach it to a temporary table of their own, put in what they like, and have it written as the owner: an audit record of something that never was.',
  remedy:
    'revoke execute from public, and from the callers by name; triggers go on firing, because nobody asks for EXECUTE then',
  query: ({ callers, functions }) => `
    with ${callers}, ${functions}
    select f.object, case when f.prosecdef then 'may be attached to a table of their own by ' || ${whoCalls('f')} end as problem
    from functions as f
    where f.prorettype = 'trigger'::regtype`,
};
