import { whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const setConfigExposed: ScanRule = {
  name: 'set-config-exposed',
  level: 'high',
  claim: 'no function in reach sets a setting whose name its caller chooses',
  why: 'The caller sets request.jwt.claims and is somebody else; where the function runs with their own rights, also role, and is the server.',
  remedy: 'write the name of the setting into the function, and check the value',
  query: ({ callers, functions }) => String.raw`
    with ${callers}, ${functions}
    select f.object,
           case
             when f.body ~* '\mset_config\s*\(\s*([^''\s]|''[^'']*''\s*\|\|)' and f.pronargs > 0
               then 'sets whatever setting is named, for ' || ${whoCalls('f')}
           end as problem
    from functions as f
    where f.lanname in ('sql', 'plpgsql')
      and f.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)`,
};
