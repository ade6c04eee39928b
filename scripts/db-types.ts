import { preloadGenerators, writeGenerated } from './codegen/write-generated.ts';
import { command } from './console/command.ts';
import { progress, say } from './console/report.ts';
import { landedHistory } from './migrate/landed-history.ts';
import { replay } from './migrate/replay.ts';
import { withScratchCluster } from './postgres/cluster.ts';

await command<{ check?: boolean; json?: boolean }>({
  name: 'db:types',
  summary:
    'Write what generated/ tells of the schema: types for Kysely and supabase-js, Zod, tenant keys, policies, the reference.',
  options: [
    ['--check', 'write nothing; exit 1 if a file is stale'],
    ['--json', 'print {"stale":[…],"files":[…]}'],
  ],
  notes: 'The types come from migrations/, replayed in a scratch database: no server of yours is touched.',
  async run({ check = false, json = false }) {
    preloadGenerators();
    progress('replaying migrations/ in a scratch database');
    const { stale, files } = await withScratchCluster(
      async (cluster) => {
        await replay(cluster, 'types');
        return writeGenerated(cluster.url('types'), { check });
      },
      { content: landedHistory() },
    );
    if (json) say(JSON.stringify({ stale, files }));
    else if (stale.length === 0) say(`${files.join(' and ')} ${files.length === 1 ? 'is' : 'are'} fresh`);
    else for (const path of stale) say(check ? `stale: ${path}; run \`npm run db:types\`` : `wrote ${path}`);
    return check && stale.length > 0 ? 1 : 0;
  },
});
