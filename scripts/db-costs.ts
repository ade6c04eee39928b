import { command } from './console/command.ts';
import { wholeNumber } from './console/numbers.ts';
import { out, say, table } from './console/report.ts';
import { visible } from './console/visible.ts';
import { LEAST_CALLS, slowerThan, TOLERANCE } from './costs/compare.ts';
import { type Costs, readCosts } from './costs/read.ts';
import { readSnapshot } from './costs/snapshot.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';

interface Options {
  readonly since?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

await command<Options>({
  name: 'db:costs',
  summary:
    'Tells what the statements of the applications cost in a database, and how much of it the policies take.',
  options: [
    [
      '--since <file>',
      `what --json printed earlier: fails where a statement takes over ${TOLERANCE} times as long`,
    ],
    ['--limit <number>', 'show so many statements, the dearest first (default 20)'],
    ['--json', 'print {"server","stats_reset","statements","policies","share","slower"} and nothing else'],
  ],
  notes: [
    'Works on DATABASE_URL, else on the embedded server. Read-only. Takes pg_stat_statements, and for the part of the policies',
    'track_functions = pl. It counts since the statistics were reset; --since, what was called since then.',
    `Exits 1 if a statement of at least ${LEAST_CALLS} calls regressed. [N-34]`,
    'Example: npm run --silent db:costs -- --json > costs.json, and a week later: npm run db:costs -- --since costs.json',
  ].join('\n'),
  async run({ since, limit, json }) {
    const shown = wholeNumber('--limit', limit ?? '20', 1);
    const before = since === undefined ? undefined : readSnapshot(since);
    const target = resolveTarget();
    const costs = await withClient(target.url, async (client) => {
      await client.query('begin read only');
      return readCosts(client);
    });
    const slower = before ? slowerThan(before, costs) : [];
    if (json) say(JSON.stringify({ ...costs, ...(before && { slower }) }));
    else {
      print(costs, shown, target.display);
      if (before) printSlower(slower);
    }
    return slower.length > 0 ? 1 : 0;
  },
});

function print({ server, statements, policies, share }: Costs, limit: number, display: string): void {
  say(`${display}, ${server}`);
  say();
  if (statements.length === 0) {
    say('No statement of an application was counted yet.');
    return;
  }
  say(
    table(
      ['role', 'calls', 'mean ms', 'statement'],
      statements
        .slice(0, limit)
        .map(({ role, calls, mean_ms, text }) => [visible(role), calls, mean_ms.toFixed(3), oneLine(text)]),
    ),
  );
  if (statements.length > limit) say(`and ${statements.length - limit} more: --limit, or --json`);
  say();
  if (share === undefined) {
    say('What the policies take of it nobody counted: a superuser sets track_functions to pl.');
    return;
  }
  say(
    table(
      ['function of the policies', 'calls', 'µs itself'],
      policies.slice(0, limit).map(({ name, calls, self_us }) => [visible(name), calls, self_us.toFixed(1)]),
    ),
  );
  say(`Functions of the policies took ${(100 * share).toFixed(1)} % of the statements' time.`);
}

function printSlower(slower: ReturnType<typeof slowerThan>): void {
  say();
  if (slower.length === 0) {
    say(out.green(`✓ nothing takes over ${TOLERANCE} times as long as before`));
    return;
  }
  say(
    table(
      ['role', 'before ms', 'now ms', 'ratio', 'statement'],
      slower.map(({ statement, before_ms, ratio }) => [
        visible(statement.role),
        before_ms.toFixed(3),
        statement.mean_ms.toFixed(3),
        ratio.toFixed(2),
        oneLine(statement.text),
      ]),
    ),
  );
  say(out.red(`✗ ${slower.length} take over ${TOLERANCE} times as long as before`));
}

function oneLine(text: string): string {
  const line = visible(text.replaceAll(/\s+/g, ' '));
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
