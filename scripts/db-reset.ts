import { command } from './console/command.ts';
import { counted } from './console/counted.ts';
import { out, progress, say } from './console/report.ts';
import { migrate } from './migrate/apply.ts';
import { eraseCluster } from './postgres/cluster.ts';
import { recreateDatabase } from './postgres/recreate.ts';
import {
  embeddedDirectory,
  openTarget,
  REMOTE_FLAG,
  requireLocal,
  resolveTarget,
} from './postgres/target.ts';

interface Options {
  json?: boolean;
  migrate: boolean;
  yesDestroyRemote?: string;
}

await command<Options>({
  name: 'db:reset',
  summary: 'Delete the database with everything in it, create it again and apply all migrations.',
  options: [
    ['--no-migrate', 'stop after creating the empty database'],
    REMOTE_FLAG,
    ['--json', 'print one JSON object'],
  ],
  notes: [
    'The embedded server is stopped and its whole data folder made anew; that also mends a damaged one, or one of',
    'another major version. Of a server that DATABASE_URL names, the one database is dropped and created; its roles',
    'stay. Hosted Supabase is refused: its database holds Auth and Storage too (see `supabase db reset --linked`).',
  ].join('\n'),
  run: async (options) => {
    const target = resolveTarget();
    requireLocal(target, { flag: options.yesDestroyRemote, action: 'delete a database' });
    if (target.origin === 'embedded') await eraseCluster(embeddedDirectory());
    else await recreateDatabase(target.url);
    const { target: fresh } = await openTarget({ onProgress: progress });
    const result = options.migrate
      ? await migrate(fresh.url, { onProgress: progress })
      : { applied: [], alreadyApplied: 0 };
    if (options.json) {
      say(JSON.stringify({ database: fresh.display, applied: result.applied }));
      return;
    }
    say(
      `${out.bold(fresh.display)} is new${options.migrate ? ` and has ${counted(result.applied.length, 'migration')}` : ''}`,
    );
    say(`  next  npm run ${options.migrate ? 'db:seed' : 'db:migrate'}`);
  },
});
