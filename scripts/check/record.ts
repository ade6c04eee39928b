import { join } from 'node:path';
import { listChecksums } from '../migrate/checksums.ts';
import { type Migration, readMigrations } from '../migrate/history.ts';
import type { Finding } from './finding.ts';

/**
 * Records the migrations of which nothing is found but that they are not recorded: with the text that was checked, if that is still theirs.
 *
 * @param checked every migration of the folder, as it was read to be checked.
 * @returns what else was found, and the files that were recorded: none where anything was.
 */
export function recordNew(
  all: readonly Finding[],
  directory: string,
  checked: readonly Migration[],
): { readonly findings: readonly Finding[]; readonly recorded: readonly string[] } {
  const found = all.filter(({ kind }) => kind !== 'unrecorded');
  const unrecorded = new Set(all.filter(({ kind }) => kind === 'unrecorded').map(({ where }) => where));
  if (found.length > 0 || unrecorded.size === 0) return { findings: found, recorded: [] };
  const changed = changedSince(checked, directory);
  if (changed.length > 0) return { findings: changed, recorded: [] };
  const landing = checked.filter(({ fileName }) => unrecorded.has(join(directory, fileName)));
  listChecksums(directory, landing);
  return { findings: [], recorded: [...unrecorded] };
}

/** A replay takes minutes: who goes on writing meanwhile would have a text recorded that nobody has checked. */
function changedSince(checked: readonly Migration[], directory: string): readonly Finding[] {
  const sums = (migrations: readonly Migration[]) =>
    new Map(migrations.map(({ fileName, checksum }) => [fileName, checksum]));
  const [was, is] = [sums(checked), sums(readMigrations(directory))];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((fileName) => was.get(fileName) !== is.get(fileName))
    .map((fileName) => ({
      check: 'checksums',
      where: join(directory, fileName),
      problem: 'changed while it was checked',
      expected: 'the text that was checked: nothing was recorded',
      remedy: 'check it once more: `npm run db:check -- --record`',
    }));
}
