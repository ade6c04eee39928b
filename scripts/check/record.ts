import { recordChecksum } from '../migrate/checksums.ts';
import type { Finding } from './finding.ts';

/**
 * Records the migrations of which nothing is found but that they are not recorded.
 *
 * @returns what else was found, and the files that were recorded: none where anything was.
 */
export function recordNew(
  all: readonly Finding[],
  directory: string,
): { readonly findings: readonly Finding[]; readonly recorded: readonly string[] } {
  const findings = all.filter(({ kind }) => kind !== 'unrecorded');
  const recorded =
    findings.length > 0 ? [] : all.filter(({ kind }) => kind === 'unrecorded').map(({ where }) => where);
  if (recorded.length > 0) recordChecksum(directory);
  return { findings, recorded };
}
