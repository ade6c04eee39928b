import type { ClientBase } from 'pg';
import { compareCatalogs, type Difference, describeDifference } from '../catalog/differences.ts';
import { rollBack } from '../postgres/roll-back.ts';
import { applySources } from '../sources/apply.ts';
import { isManaged } from '../sources/managed.ts';
import { objectsOf, type Sources } from '../sources/sources.ts';
import { type Finding, findingFrom } from './finding.ts';

/**
 * Proves that the sources and the replayed history say the same, in both directions. Everything happens in a transaction that
 * is rolled back.
 *
 * @param client connected to the replayed database as the role that migrates.
 */
export async function checkSources(client: ClientBase, sources: Sources): Promise<Finding[]> {
  await client.query('begin');
  try {
    const { before, after } = await applySources(client, sources, { drop: false });
    const files = new Map(objectsOf(sources).map(({ key, file }) => [key, file]));
    return compareCatalogs(before, after, { only: isManaged }).map((difference) =>
      describe(difference, files),
    );
  } catch (error) {
    return [findingFrom('sources', 'functions/, policies/, triggers/', error)];
  } finally {
    await rollBack(client);
  }
}

const COMPOSE =
  '`npm run db:new -- <verb_object>`, or `npm run db:new -- --amend` while the newest migration is yours';

function describe(difference: Difference, files: ReadonlyMap<string, string>): Finding {
  const { key, change } = difference;
  const file = files.get(key.replace(/^comment on /, ''));
  const base = { check: 'sources', where: file ? `${key} (${file})` : key } as const;
  if (change === 'added') {
    return {
      ...base,
      problem: 'has a source that no migration has applied',
      expected: 'a migration with it',
      remedy: COMPOSE,
    };
  }
  if (change === 'removed') {
    return {
      ...base,
      problem: 'stands in the history and has no source',
      expected: 'a file in functions/ or triggers/, or a rule in policies/',
      remedy: `write its source, or drop it: ${COMPOSE}`,
    };
  }
  return {
    ...base,
    problem: 'differs between source and history',
    expected: 'the same definition',
    remedy: COMPOSE,
    details: describeDifference(difference).slice(1),
  };
}
