import type { Guard } from '../guards/guard.ts';
import { GUARDS } from '../guards/index.ts';

/** What a finding can be about: the guards, and what only observation finds. */
export const RULES: readonly Pick<Guard, 'name' | 'claim' | 'requirements'>[] = [
  ...GUARDS,
  {
    name: 'observation-foreseen',
    claim: 'whatever anybody gains on a real connection, the comparison of the catalogs has foreseen',
    requirements: ['S-30', 'N-43'],
  },
];

/** The sentence that a guard holds to be true; nothing for one that is not known. */
export function claimOf(guard: string): string {
  return RULES.find(({ name }) => name === guard)?.claim ?? '';
}
