import { misuse } from '../console/errors.ts';
import type { Requirement } from '../requirements/requirements.ts';

/**
 * The requirements with these ids; all where none is named.
 *
 * @throws CommandError (exit code 2) naming an id that no requirement has.
 */
export function selectRequirements(
  requirements: readonly Requirement[],
  ids: readonly string[],
): readonly Requirement[] {
  const strange = ids.find((id) => !requirements.some((one) => one.id === id));
  if (strange !== undefined) {
    throw misuse({
      problem: `no requirement is called ${JSON.stringify(strange)}`,
      expected: 'ids as docs/requirements.json has them: S-01 to S-39, N-01 to N-54',
      remedy: 'npm run compliance -- --only S-02 N-18',
    });
  }
  return ids.length === 0 ? requirements : requirements.filter(({ id }) => ids.includes(id));
}
