import { command } from './console/command.ts';
import { progress, say } from './console/report.ts';
import { clusterStatus } from './postgres/cluster.ts';
import { embeddedDirectory, resolveTarget } from './postgres/target.ts';

await command<{ json?: boolean; admin?: boolean }>({
  name: 'db:url',
  summary: 'Print the connection URL of the database that the other commands work on.',
  options: [
    ['--admin', 'the superuser supabase_admin of the embedded server instead of postgres'],
    ['--json', 'print one JSON object'],
  ],
  notes: [
    'DATABASE_URL from the environment wins, then .env, then the embedded server. The output includes the password:',
    '',
    '  psql "$(npm run --silent db:url)"',
  ].join('\n'),
  run: async ({ json, admin }) => {
    const target = resolveTarget();
    const status = target.origin === 'embedded' ? await clusterStatus(embeddedDirectory()) : undefined;
    const cluster = status?.state === 'running' ? status.cluster : undefined;
    const url = admin ? (cluster?.adminUrl() ?? target.adminUrl) : (cluster?.url() ?? target.url);
    const running = status ? cluster !== undefined : null;
    if (json) {
      say(
        JSON.stringify({ url, origin: target.origin, source: target.source, local: target.isLocal, running }),
      );
      return;
    }
    if (running === false) progress('the embedded server is not running: npm run db:start');
    say(url);
  },
});
