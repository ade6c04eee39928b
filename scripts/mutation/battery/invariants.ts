import type pg from 'pg';
import { checkInvariant, INVARIANTS } from '../../catalog/invariants/index.ts';
import type { Kill } from './kill.ts';

/** The rules about the catalog, by the names that kills carry. What merely compares it with the sources is not among them. */
export const INVARIANT_NAMES: readonly string[] = INVARIANTS.map(({ name }) => `invariant ${name}`);

/** Holds one rule about the catalog against a mutant. */
export async function askInvariant(client: pg.Client, name: string): Promise<Kill | undefined> {
  const invariant = INVARIANTS.find((each) => name === `invariant ${each.name}`);
  if (!invariant) return undefined;
  const { offenders } = await checkInvariant(client, invariant);
  return offenders.length > 0 ? { by: name, claim: invariant.claim } : undefined;
}
