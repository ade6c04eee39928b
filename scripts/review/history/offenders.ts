import type pg from 'pg';
import { checkInvariant, INVARIANTS } from '../../catalog/invariants/index.ts';

/** An object that breaks a rule about the whole catalog. */
export interface Offender {
  readonly rule: string;
  readonly claim: string;
  readonly why: string;
  readonly object: string;
  readonly problem: string;
}

/** Whatever breaks a rule about the whole catalog. Takes a second or two: asked where a change begins and where it ends. */
export async function findOffenders(client: pg.Client): Promise<readonly Offender[]> {
  if (!(await isOurs(client))) return [];
  const offenders: Offender[] = [];
  for (const invariant of INVARIANTS) {
    const { name: rule, claim, why } = invariant;
    const verdict = await checkInvariant(client, invariant);
    offenders.push(...verdict.offenders.map((offender) => ({ rule, claim, why, ...offender })));
  }
  return offenders;
}

/** Before the first migrations there is nothing that could be broken, or classified. */
export async function isOurs(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ isOurs: boolean }>(
    `select to_regclass('governance.classification') is not null as "isOurs"`,
  );
  return rows[0]?.isOurs === true;
}
