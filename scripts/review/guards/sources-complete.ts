import { checkSources } from '../../check/sources.ts';
import { withClient } from '../../postgres/connect.ts';
import type { Guard } from './guard.ts';

export const sourcesComplete: Guard = {
  name: 'sources-complete',
  claim: 'every function, trigger, policy and grant has a source, and every source is in the history',
  requirements: ['S-27'],
  async check({ url, sources }) {
    const findings = await withClient(url, (client) => checkSources(client, sources));
    return findings.map(({ where, problem, expected, remedy, details }) => ({
      where,
      problem,
      expected,
      remedy,
      ...(details && { details }),
    }));
  },
};
