import { whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const callerArgument: ScanRule = {
  name: 'caller-argument',
  level: 'medium',
  claim: 'no definer function in reach takes as an argument who calls',
  why: 'An argument that defaults to auth.uid() is one the caller may send: the function then tells what somebody else may do, or does it for them.',
  remedy:
    'ask auth.uid() in the body; if the server needs the argument, put that form into a schema callers may not enter',
  query: ({ callers, functions }) => String.raw`
    with ${callers}, ${functions}
    select f.object,
           case
             when pg_get_expr(f.proargdefaults, 0) ~ '\mauth\.uid\(\)' then 'lets its caller say who calls: ' || ${whoCalls('f')}
           end as problem
    from functions as f
    where f.prosecdef`,
};
