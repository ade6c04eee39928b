import { command } from './console/command.ts';
import { say } from './console/report.ts';
import { stopCluster } from './postgres/cluster.ts';
import { embeddedDirectory } from './postgres/target.ts';

await command<{ json?: boolean }>({
  name: 'db:stop',
  summary: 'Stop the embedded PostgreSQL server. Its data stays.',
  options: [['--json', 'print one JSON object']],
  notes: 'A server that DATABASE_URL names is never stopped. To delete the data too: npm run db:reset.',
  run: async ({ json }) => {
    const stopped = await stopCluster(embeddedDirectory());
    if (json) say(JSON.stringify({ stopped }));
    else say(stopped ? 'the embedded server is stopped' : 'the embedded server was not running');
  },
});
