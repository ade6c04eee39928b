import { join } from 'node:path';
import { factsOf, WHY_PLACEHOLDER } from '../compose/header.ts';
import { migrationName } from '../compose/migration-name.ts';
import { splitMigration } from '../compose/migration-text.ts';
import { CommandError } from '../console/errors.ts';
import { CHECKSUM_FILE, compareChecksums } from '../migrate/checksums.ts';
import { type Migration, readMigrations } from '../migrate/history.ts';
import { statementsOf } from '../migrate/syntax.ts';
import { type Finding, findingFrom } from './finding.ts';

export interface History {
  /** Undefined where a file is so malformed that nothing can be replayed. */
  readonly migrations: readonly Migration[] | undefined;
  readonly findings: readonly Finding[];
}

/** Reads the history and checks what its files' names and frames tell: order, markers, the empty down section. */
export function checkHistory(directory: string): History {
  let migrations: Migration[];
  try {
    migrations = readMigrations(directory);
  } catch (error) {
    return { migrations: undefined, findings: malformed(directory, error) };
  }
  const findings = migrations.flatMap(({ name, path }): Finding[] => {
    try {
      migrationName(name);
      return [];
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const { problem, expected = '' } = error.explanation;
      return [{ check: 'history', where: path, problem, expected, remedy: 'rename the file' }];
    }
  });
  return { migrations, findings };
}

/** readMigrations reports all malformed files at once, a line each: `path:line  problem`. */
function malformed(directory: string, error: unknown): Finding[] {
  const finding = findingFrom('history', directory, error);
  const { details = [], ...rest } = finding;
  if (details.length === 0) return [finding];
  return details.map((detail) => {
    const [where = directory, problem = rest.problem] = detail.split(/ {2}(.*)/s);
    return { ...rest, where, problem };
  });
}

/** Checks the list of landed migrations: they are never edited, removed or overtaken by a new file. */
export function checkChecksums(directory: string, migrations: readonly Migration[]): Finding[] {
  const list = join(directory, CHECKSUM_FILE);
  const { edited, vanished, unlisted } = compareChecksums(directory);
  const landed = migrations.filter(({ fileName }) => !unlisted.includes(fileName));
  const newest = landed.at(-1);
  return [
    ...edited.map(
      (fileName): Finding => ({
        check: 'checksums',
        where: join(directory, fileName),
        problem: 'was edited after it landed',
        expected: `the text whose checksum stands in ${list}`,
        remedy: `restore it (\`git checkout -- ${join(directory, fileName)}\`) and write a new migration: \`npm run db:new -- <verb_object>\``,
      }),
    ),
    ...vanished.map(
      (fileName): Finding => ({
        check: 'checksums',
        where: join(directory, fileName),
        problem: 'has landed and is gone',
        expected: 'a history from which nothing is removed or renamed',
        remedy: `restore it: \`git checkout -- ${join(directory, fileName)}\``,
      }),
    ),
    ...migrations
      .filter(({ fileName, version }) => unlisted.includes(fileName) && newest && version < newest.version)
      .map(
        ({ path, version }): Finding => ({
          check: 'checksums',
          where: path,
          problem: `is new, and older than ${newest?.fileName}, which has landed`,
          expected: `a version after ${newest?.version}: databases that have applied that one refuse this one`,
          remedy: `rename it to a version after ${newest?.version} (it is ${version})`,
        }),
      ),
  ];
}

/** Files that nobody has recorded yet: fine while they are being written, a finding before they land. */
export function checkRecorded(directory: string): Finding[] {
  return compareChecksums(directory).unlisted.map(
    (fileName): Finding => ({
      check: 'checksums',
      kind: 'unrecorded',
      where: join(directory, fileName),
      problem: 'is not recorded yet',
      expected: `a line in ${join(directory, CHECKSUM_FILE)} for every migration that lands`,
      remedy: 'when it is final: `npm run db:check -- --record`',
    }),
  );
}

/**
 * Checks the headers of migrations that have not landed: a reason, and counts, sentences and locks that are those of the
 * statements. A landed header was checked when it was recorded, and cannot change any more.
 */
export async function checkHeaders(directory: string, migrations: readonly Migration[]): Promise<Finding[]> {
  const { unlisted } = compareChecksums(directory);
  const findings: Finding[] = [];
  for (const { fileName, path, sql, up } of migrations) {
    if (!unlisted.includes(fileName)) continue;
    const { why, facts } = splitMigration(sql);
    if (why.some((line) => line.includes(WHY_PLACEHOLDER))) {
      findings.push({
        check: 'headers',
        where: path,
        problem: 'gives no reason',
        expected: '`-- Why:` with a sentence that a reviewer can check',
        remedy: 'write it in place of the TODO',
      });
    }
    if ((await statementsOf({ path, up })).every(({ kind }) => kind === 'VariableSetStmt')) {
      findings.push({
        check: 'headers',
        where: path,
        problem: 'does nothing',
        expected: 'statements between the settings and the down marker',
        remedy: 'write its DDL, compose it with `npm run db:new -- --amend`, or remove the file',
      });
    }
    const wanted = await factsOf(up, path);
    const written = facts.map((line) => line.trimEnd());
    if (wanted.join('\n') === written.join('\n')) continue;
    findings.push({
      check: 'headers',
      where: path,
      problem: 'has a header that is not true of its statements',
      expected: wanted[0] ?? '',
      remedy: 'npm run db:new -- --headers',
      details: [
        ...written.filter((line) => !wanted.includes(line)).map((line) => `- ${line}`),
        ...wanted.filter((line) => !written.includes(line)).map((line) => `+ ${line}`),
      ],
    });
  }
  return findings;
}
