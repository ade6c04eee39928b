import { withClient } from '../../postgres/connect.ts';
import { findOffenders } from '../history/offenders.ts';
import type { Guard } from './guard.ts';

export const invariantsKept: Guard = {
  name: 'invariants-kept',
  claim:
    'every rule about the whole catalog that held goes on to hold: fences, row security, classification, roles, keys …',
  requirements: ['S-04', 'N-43'],
  async check({ start, steps, url }) {
    if (steps.length === 0) return [];
    const known = new Set(start.offenders.map(({ rule, object, problem }) => `${rule} ${object} ${problem}`));
    return (await withClient(url, findOffenders))
      .filter(({ rule, object, problem }) => !known.has(`${rule} ${object} ${problem}`))
      .map(({ rule, object, problem, claim, why }) => ({
        where: object,
        problem: `${problem} (${rule})`,
        expected: claim,
        remedy: `mend the migration: ${why}`,
      }));
  },
};
