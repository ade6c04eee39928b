import { createHash } from 'node:crypto';
import { visible } from '../../console/visible.ts';
import { lineOf } from '../facts/places.ts';
import { WIDENS } from '../naming.ts';
import type { Review } from '../review.ts';
import { mayWiden } from '../verdicts/verdict.ts';
import { RULES } from './rules.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: Level };
  readonly properties: { readonly tags: readonly string[] };
}

type Level = 'error' | 'warning' | 'note';

interface Place {
  readonly path: string;
  readonly line: number;
}

interface Result extends Place {
  readonly ruleId: string;
  readonly level: Level;
  readonly text: string;
  /** Tells it apart from others of the same rule, whatever line it moves to. */
  readonly identity: string;
  readonly object?: string;
}

/** The report for code scanning: SARIF 2.1.0. The same review gives the same bytes. */
export function renderSarif(review: Review): string {
  const results = [...findingResults(review), ...wideningResults(review), ...cautionResults(review)];
  const rules = rulesOf(results);
  const fingerprints = fingerprintsOf(results);
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'cordon db:review', rules } },
        automationDetails: { id: 'cordon-review/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        properties: { base: review.base.ref, baseCommit: review.base.commit },
        results: results.map(({ ruleId, level, text, path, line, object }, place) => ({
          ruleId,
          ruleIndex: rules.findIndex(({ id }) => id === ruleId),
          level,
          message: { text },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(path), uriBaseId: '%SRCROOT%' },
                region: { startLine: line },
              },
              ...(object !== undefined && {
                logicalLocations: [{ fullyQualifiedName: visible(object), kind: 'object' }],
              }),
            },
          ],
          // Code scanning knows only the first; other tools any.
          partialFingerprints: {
            primaryLocationLineHash: fingerprints[place],
            'cordonReview/v1': fingerprints[place],
          },
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function findingResults(review: Review): Result[] {
  return review.findings.map(({ guard, where, problem, expected, remedy, details = [] }) => ({
    ruleId: guard,
    level: 'error',
    text: [
      `${where} ${problem}`,
      `expected: ${expected}`,
      ...details.map((detail) => detail.trim()),
      `→ ${remedy}`,
    ]
      .map(visible)
      .join('\n'),
    identity: `${where} ${problem}`,
    ...(isPath(where) ? { path: where, line: 1 } : { ...placeOf(review, where), object: where }),
  }));
}

function isPath(where: string): boolean {
  return /^[\w./-]+\.(sql|ts)$/.test(where);
}

/** Everything that opens something: a warning where no header names it, a note where one does. */
function wideningResults(review: Review): Result[] {
  const unnamed = new Set(
    review.findings
      .flatMap(({ guard, details = [] }) => (guard === 'widenings-named' ? details : []))
      .filter((line) => line.startsWith(`+ ${WIDENS}`))
      .map((line) => visible(line.slice(2 + WIDENS.length))),
  );
  return review.verdicts.filter(mayWiden).map(({ mark, sentence, about }) => ({
    ruleId: `access-${mark}`,
    level: isNamed(sentence, unnamed) ? 'note' : 'warning',
    text: visible(sentence),
    identity: sentence,
    ...placeOf(openedBy(review, sentence), `${about} ${sentence}`),
    object: about,
  }));
}

/** The migrations that open it each by itself; all where only several together do. */
function openedBy({ base, migrations }: Review, sentence: string): Pick<Review, 'base' | 'migrations'> {
  const alone = migrations.filter(({ opens }) => opens.includes(sentence));
  return { base, migrations: alone.length > 0 ? alone : migrations };
}

/** Headers are of one line, where a sentence may have several. */
function isNamed(sentence: string, unnamed: ReadonlySet<string>): boolean {
  const bare = (text: string) => text.replaceAll(/[\s↵]+/g, ' ');
  return ![...unnamed].some((line) => bare(line) === bare(visible(sentence)));
}

function cautionResults({ migrations }: Review): Result[] {
  return migrations.flatMap(({ path, cautions }) =>
    cautions.map(({ rule, line, message, help }) => ({
      ruleId: `squawk/${rule}`,
      level: 'warning' as const,
      text: visible(help === null ? message : `${message} ${help}`),
      identity: `${path} ${message}`,
      path,
      line,
    })),
  );
}

/** The statement that speaks most of an object; the head of the newest migration where none does. */
function placeOf({ migrations, base }: Pick<Review, 'base' | 'migrations'>, about: string): Place {
  const places = migrations
    .flatMap(({ path, places: statements }) => {
      const found = lineOf(statements, about);
      return found ? [{ path, ...found }] : [];
    })
    .sort((a, b) => b.weight - a.weight);
  const { path, line } = places[0] ?? { path: migrations.at(-1)?.path ?? `migrations/${base.ref}`, line: 1 };
  return { path, line };
}

function rulesOf(results: readonly Result[]): Rule[] {
  const rule = (id: string, text: string, level: Level, tags: readonly string[], helpUri?: string): Rule => ({
    id,
    shortDescription: { text },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level },
    properties: { tags },
  });
  const cautions = [...new Set(results.map(({ ruleId }) => ruleId).filter((id) => id.startsWith('squawk/')))];
  const known = [
    ...RULES.map(({ name, claim, requirements }) => rule(name, claim, 'error', ['access', ...requirements])),
    rule('access-widened', 'Somebody can do more than before.', 'note', ['access', 'S-30']),
    rule('access-changed', 'Nobody can tell from the catalog whether somebody can do more.', 'note', [
      'access',
      'S-30',
    ]),
    ...cautions.sort().map((id) => {
      const name = id.replace('squawk/', '');
      return rule(
        id,
        `squawk: ${name}`,
        'warning',
        ['migration', 'S-26'],
        `https://squawkhq.com/docs/${encodeURIComponent(name)}`,
      );
    }),
  ];
  const unknown = new Set(
    results.map(({ ruleId }) => ruleId).filter((id) => !known.some((k) => k.id === id)),
  );
  return [...known, ...[...unknown].sort().map((id) => rule(id, id, 'error', ['access']))];
}

/** By what a result says, not where it stands; the same thing said again is numbered. */
function fingerprintsOf(results: readonly Result[]): string[] {
  const times = new Map<string, number>();
  return results.map(({ ruleId, identity }) => {
    const hash = createHash('sha256')
      .update(JSON.stringify([ruleId, identity]))
      .digest('hex')
      .slice(0, 32);
    const time = (times.get(hash) ?? 0) + 1;
    times.set(hash, time);
    return `${hash}:${time}`;
  });
}
