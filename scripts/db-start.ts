import { command } from './console/command.ts';
import { progress, say } from './console/report.ts';
import { openTarget } from './postgres/target.ts';

await command<{ json?: boolean }>({
  name: 'db:start',
  summary: 'Start the embedded PostgreSQL server; it keeps running until db:stop.',
  options: [['--json', 'print one JSON object']],
  notes: [
    'Data and log are in .cordon/postgres. With DATABASE_URL set (environment or .env) nothing is started:',
    'that server is contacted, and completed with what Supabase has where it lacks it.',
    '',
    'CORDON_PORT=<port>             insist on a port; otherwise 54329 or the next free one, remembered',
    'CORDON_POSTGRES_MAJOR=15|16|18 another major, with data of its own (install it: npm run test:majors)',
  ].join('\n'),
  run: async ({ json }) => {
    const { target, cluster, platform } = await openTarget({ onProgress: progress });
    if (json) {
      say(
        JSON.stringify({
          origin: target.origin,
          url: target.url,
          version: cluster?.version ?? null,
          port: cluster?.port ?? null,
          pid: cluster?.pid ?? null,
          log: cluster?.logFile ?? null,
          platform: platform.platform,
          supplied: platform.supplied,
        }),
      );
      return;
    }
    if (cluster) {
      say(`PostgreSQL ${cluster.version} is running on port ${cluster.port} (process ${cluster.pid})`);
      say(`  url   ${target.url}`);
      say(`  log   ${cluster.logFile}`);
      say('  next  npm run db:migrate');
    } else {
      say(`${target.display} answers; DATABASE_URL is set, so no server was started`);
    }
  },
});
