import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { INVARIANT_NAMES } from './battery/invariants.ts';

const TESTS = new URL('../../tests/', import.meta.url);

/**
 * Whether what once killed a mutant can do so today: a test file that was taken away kills nothing any more. What no file holds
 * (the matrix, the grants) is part of the runner.
 *
 * @param by as verdicts name it: `tenancy/portal.test.ts`, `pgTAP authz/holds.test.sql`, `invariant fence-holds`, `matrix`.
 */
export function isStillThere(by: string, tests = TESTS): boolean {
  if (by.startsWith('invariant ')) return INVARIANT_NAMES.includes(by);
  if (by.startsWith('pgTAP ')) return existsSync(fileURLToPath(new URL(`db/${by.slice(6)}`, tests)));
  if (by.endsWith('.test.ts')) return existsSync(fileURLToPath(new URL(by, tests)));
  return true;
}
