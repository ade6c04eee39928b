import { misuse } from '../console/errors.ts';
import { objectsOf, type Sources } from './sources.ts';

/**
 * Leaves only what stands in certain files or folders, to spread a large change over several migrations.
 *
 * @param paths beginnings of paths: `functions/`, `policies/patients.ts`.
 * @throws CommandError (2) for a path under which no source stands.
 */
export function selectSources(sources: Sources, paths: readonly string[]): Sources {
  const isChosen = ({ file }: { readonly file: string }) => paths.some((path) => file.startsWith(path));
  const stray = paths.find(
    (path) => ![...objectsOf(sources), ...sources.grants].some(({ file }) => file.startsWith(path)),
  );
  if (stray !== undefined) {
    throw misuse({
      problem: `no source stands under ${stray}`,
      expected:
        'the beginning of a path: functions/, functions/authz/holds.sql, policies/patients.ts, triggers/',
      remedy: 'correct the path',
    });
  }
  return {
    functions: sources.functions.filter(isChosen),
    policies: sources.policies.filter(isChosen),
    triggers: sources.triggers.filter(isChosen),
    grants: sources.grants.filter(isChosen),
    partial: true,
  };
}
