import type { Change } from '../bench/regression/change.ts';
import { measureChange } from '../bench/regression/run.ts';
import { command } from './console/command.ts';
import { wholeNumber } from './console/numbers.ts';
import { out, say, table } from './console/report.ts';
import { TOLERANCE } from './costs/compare.ts';
import { readMigrations } from './migrate/history.ts';
import { withBase } from './review/history/base.ts';

interface Options {
  readonly base?: string;
  readonly rows?: string;
  readonly rounds?: string;
  readonly seed?: string;
  readonly queries?: string;
  readonly json?: boolean;
}

await command<Options>({
  name: 'bench:compare',
  summary: `Measures statements under the policies of another commit and under these, and fails where one takes over ${TOLERANCE} times as long.`,
  options: [
    ['--base <ref>', 'the branch, tag or commit that the change is for (default: origin/main, main, …)'],
    ['--rows <number>', 'patients; records are twice as many (default 20000)'],
    ['--rounds <number>', 'how often the two take turns (default 11)'],
    ['--seed <number>', 'of the order in which they do (default: of the clock)'],
    ['--queries <keys>', 'only these, separated by commas'],
    ['--json', 'print one object per query and tenant, and nothing else'],
  ],
  notes:
    'Builds both histories on a server of its own, removed afterwards: two minutes at the default size.\n' +
    'Exits 1 if a statement regressed, as a rule and at its quietest, and 2 for a base whose tables are too old to be filled. [N-34]\n' +
    'Example: npm run bench:compare -- --base main --queries point,chart',
  async run(given) {
    const options = {
      rows: wholeNumber('--rows', given.rows ?? '20000', 2_000),
      rounds: wholeNumber('--rounds', given.rounds ?? '11', 1),
      seed: wholeNumber('--seed', given.seed ?? String(Date.now() % 1_000_000), 0),
      queries: given.queries?.split(','),
      slotMs: 40,
      warmUpMs: 300,
      sharedBuffers: '1GB',
    };
    return withBase(given.base, async ({ ref, commit, migrations }) => {
      const before = `${ref} (${commit.slice(0, 12)})`;
      const changes = await measureChange(
        {
          before: {
            called: before,
            migrations,
            isCheckedOut: false,
            remedy: 'choose a later base: --base <branch, tag or commit>',
          },
          after: {
            called: 'the working tree',
            migrations: readMigrations(),
            isCheckedOut: true,
            remedy: 'mend the migration, or let bench/load/steps.ts and bench/queries.ts follow it',
          },
        },
        options,
      );
      if (given.json) say(JSON.stringify(changes, undefined, 2));
      else print(changes, before, options.seed);
      return changes.some(({ regressed }) => regressed) ? 1 : 0;
    });
  },
});

function print(changes: readonly Change[], before: string, seed: number): void {
  say(`microseconds on the server; before: ${before}, after: these migrations; seed ${seed}`);
  say(
    table(
      ['query', 'tenant', 'before', 'after', 'ratio', 'quietest', 'rows', ''],
      changes.map(({ query, tenant, server_us, ratio, quiet_ratio, rows, regressed }) => [
        query,
        tenant,
        server_us.before,
        server_us.after,
        ratio,
        quiet_ratio,
        rows.before === rows.after ? rows.after : `${rows.before} → ${rows.after}`,
        regressed ? out.red('✗ slower') : out.green('✓'),
      ]),
    ),
  );
  const slower = changes.filter(({ regressed }) => regressed);
  say();
  if (slower.length === 0) say(out.green(`✓ nothing takes over ${TOLERANCE} times as long as before`));
  else say(out.red(`✗ ${slower.length} of ${changes.length} take over ${TOLERANCE} times as long as before`));
}
