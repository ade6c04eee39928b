import { round } from '../results.ts';
import { median } from '../statistics.ts';
import { AUDITED, BARE } from './copies.ts';
import type { Databases } from './prepare.ts';
import type { Arm } from './results.ts';
import type { Subject } from './statements.ts';

interface Place {
  readonly arm: Arm;
  readonly database: string;
  readonly schema: string;
}

/** Where the statements of a table are measured. */
export function armsOf({ isLogged }: Subject, { whole, unlogged }: Databases): readonly Place[] {
  return [
    { arm: 'cordon', database: whole, schema: 'public' },
    { arm: 'bare', database: whole, schema: BARE },
    { arm: 'audited', database: whole, schema: AUDITED },
    ...(isLogged ? [{ arm: 'unlogged', database: unlogged, schema: 'public' } as const] : []),
  ];
}

/** The median of each round's ratio, so that a disturbed round weighs once. */
export function medianRatio(own: readonly number[], base: readonly number[]): number {
  return round(median(own.map((micros, place) => micros / (base[place] as number))), 3);
}
