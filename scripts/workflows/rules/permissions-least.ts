import type { Workflow } from '../workflow.ts';
import type { Problem, Rule } from './rule.ts';

/** What telling somebody takes, and nothing else is written. */
const WRITABLE: readonly string[] = ['pull-requests', 'security-events', 'issues'];

export const permissionsLeast: Rule = {
  name: 'permissions-least',
  claim: `a workflow reads contents at most; a job writes one of ${WRITABLE.join(', ')} at most`,
  why: 'without `permissions` the token gets what the repository gives by default, which may be everything',
  check: ({ permissions, jobs }: Workflow) => [
    ...topLevel(permissions),
    ...jobs.flatMap(({ path, permissions: own, writes }) => {
      const at = [...path, 'permissions'];
      if (own !== undefined && !isMap(own)) return [{ path: at, problem: `permissions are ${own}` }];
      const strange = writes.filter((scope) => !WRITABLE.includes(scope));
      return [
        ...strange.map((scope) => ({ path: at, problem: `writes ${scope}` })),
        ...(writes.length > 1 ? [{ path: at, problem: `writes ${writes.join(' and ')}` }] : []),
      ];
    }),
  ],
};

function topLevel(permissions: unknown): readonly Problem[] {
  const path = ['permissions'];
  if (permissions === undefined) return [{ path: [], problem: 'no permissions at the top' }];
  if (!isMap(permissions)) return [{ path, problem: `permissions are ${permissions}` }];
  return Object.entries(permissions)
    .filter(([scope, access]) => access !== 'none' && !(scope === 'contents' && access === 'read'))
    .map(([scope, access]) => ({ path: [...path, scope], problem: `every job gets ${scope}: ${access}` }));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
