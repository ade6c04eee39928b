import { describe, expect, test } from 'vitest';
import { GUARDS } from '../../../scripts/review/guards/index.ts';
import { renderSarif } from '../../../scripts/review/render/sarif.ts';
import { emptyReview, fullReview, hostileReview, UNSEEN } from './fixture.ts';

interface Log {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly name: string;
          readonly rules: readonly {
            readonly id: string;
            readonly shortDescription: { readonly text: string };
            readonly properties: { readonly tags: readonly string[] };
          }[];
        };
      };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly [
          {
            readonly physicalLocation: {
              readonly artifactLocation: { readonly uri: string };
              readonly region: { readonly startLine: number };
            };
          },
        ];
        readonly partialFingerprints: Readonly<Record<string, string>>;
      }[];
    },
  ];
}

const read = (text: string) => JSON.parse(text) as Log;

/** `error tables-ruled open_beds.sql:5` */
function brief(log: Log): string[] {
  return log.runs[0].results.map(({ level, ruleId, locations: [{ physicalLocation }] }) => {
    const { artifactLocation, region } = physicalLocation;
    return `${level} ${ruleId} ${artifactLocation.uri}:${region.startLine}`;
  });
}

const FILE = 'migrations/20260101000000_open_beds.sql';

// No validator of JSON schemas is installed, so that the structure is asserted by hand; real logs were validated against the
// schema of OASIS (sarif-2.1.0-rtm.5) when this was written.
describe('the log for code scanning', () => {
  test('findings are errors, cautions and unnamed widenings warnings, named ones notes, each on its line [S-26 S-30 +]', () => {
    expect(brief(read(renderSarif(fullReview())))).toEqual([
      `error widenings-named ${FILE}:1`,
      `error tables-ruled ${FILE}:5`,
      `warning access-widened ${FILE}:5`,
      `note access-changed ${FILE}:12`,
      `warning squawk/ban-drop-column ${FILE}:9`,
    ]);
  });

  test('what narrows or stays equal is no result [S-30 -]', () => {
    expect(renderSarif(fullReview())).not.toContain('public.invoices');
  });

  test('every guard is a rule, told by its claim and tagged with its requirements [S-30 +]', () => {
    const { rules } = read(renderSarif(emptyReview())).runs[0].tool.driver;

    for (const { name, claim, requirements } of GUARDS) {
      const rule = rules.find(({ id }) => id === name);
      expect(rule?.shortDescription.text).toBe(claim);
      expect(rule?.properties.tags).toEqual(expect.arrayContaining([...requirements]));
    }
  });

  test('it has what the schema requires: a version, a tool, results that point at rules, lines from 1 [S-30 +]', () => {
    for (const review of [emptyReview(), fullReview(), hostileReview()]) {
      const log = read(renderSarif(review));
      const [{ tool, results }] = log.runs;

      expect(log.version).toBe('2.1.0');
      expect(log.$schema).toContain('sarif-schema-2.1.0.json');
      expect(tool.driver.name).not.toBe('');
      expect(new Set(tool.driver.rules.map(({ id }) => id)).size).toBe(tool.driver.rules.length);
      for (const { ruleId, ruleIndex, level, message, locations, partialFingerprints } of results) {
        expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
        expect(['error', 'warning', 'note']).toContain(level);
        expect(message.text).not.toBe('');
        const { artifactLocation, region } = locations[0].physicalLocation;
        expect(artifactLocation.uri).toMatch(/^[\w./%-]+$/);
        expect(region.startLine).toBeGreaterThanOrEqual(1);
        expect(Object.values(partialFingerprints)).toEqual([
          expect.stringMatching(/^[0-9a-f]{32}:\d+$/),
          expect.stringMatching(/^[0-9a-f]{32}:\d+$/),
        ]);
      }
    }
  });

  test('a result keeps its fingerprint when lines move, and no two share one [S-30 +]', () => {
    const full = fullReview();
    const moved = fullReview({
      migrations: full.migrations.map((migration) => ({
        ...migration,
        places: migration.places.map(({ line, names }) => ({ line: line + 40, names })),
      })),
      findings: [...full.findings, ...full.findings],
    });
    const prints = (text: string) =>
      read(text).runs[0].results.map(
        ({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash,
      );
    const [before, after] = [prints(renderSarif(full)), prints(renderSarif(moved))];

    expect(after).toEqual(expect.arrayContaining(before));
    expect(new Set(after).size).toBe(after.length);
  });

  test('the same review gives the same bytes, and nothing that cannot be seen [S-30 -]', () => {
    expect(renderSarif(hostileReview())).toBe(renderSarif(hostileReview()));
    expect(renderSarif(hostileReview())).not.toMatch(UNSEEN);
  });
});
