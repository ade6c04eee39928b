import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { out, say, table } from './console/report.ts';
import { visible } from './console/visible.ts';
import { isFault, type MigrationStatus, migrationStatus } from './migrate/status.ts';
import { clusterStatus } from './postgres/cluster.ts';
import { embeddedDirectory, resolveTarget } from './postgres/target.ts';

await command<{ json?: boolean }>({
  name: 'db:status',
  summary:
    'Shows which migrations the database has, when they were applied, and which are pending or edited.',
  options: [['--json', 'print one JSON object']],
  notes:
    'Reads only: starts no server and writes nothing.\n' +
    'Exits 1 if an applied migration was edited or has no file, or a pending one is older than an applied one.',
  async run({ json }) {
    const target = resolveTarget();
    if (target.origin === 'embedded') await requireRunning();
    const migrations = await migrationStatus(target.url);
    const count = (state: MigrationStatus['state']) =>
      migrations.filter((entry) => entry.state === state).length;
    const faults = migrations.filter(isFault).length;
    if (json) {
      say(JSON.stringify({ address: target.address, pending: count('pending'), faults, migrations }));
    } else {
      say(`${target.display}\n`);
      say(table(['version', 'name', 'applied at', 'state'], migrations.map(row)));
      say(
        `\n${count('applied')} applied, ${count('pending')} pending${faults > 0 ? `, ${faults} wrong` : ''}`,
      );
    }
    return faults > 0 ? 1 : 0;
  },
});

function row(entry: MigrationStatus): string[] {
  const state = isFault(entry)
    ? out.red(entry.state)
    : entry.state === 'pending'
      ? out.yellow('pending')
      : 'applied';
  const appliedAt = entry.appliedAt?.toISOString().slice(0, 19).replace('T', ' ');
  return [
    visible(entry.version),
    visible(entry.name),
    appliedAt ?? (entry.state === 'pending' ? '' : 'unknown'),
    state,
  ];
}

async function requireRunning(): Promise<void> {
  const { state } = await clusterStatus(embeddedDirectory());
  if (state === 'running') return;
  throw misuse({
    problem: state === 'absent' ? 'there is no embedded database yet' : 'the embedded server is stopped',
    expected: 'a running server',
    remedy: '`npm run db:migrate` starts it and applies what is pending; `npm run db:start` only starts it',
  });
}
