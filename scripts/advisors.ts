import { command } from './console/command.ts';
import { progress, say } from './console/report.ts';
import { type Advice, advise } from './migrate/advise.ts';
import { landedHistory } from './migrate/landed-history.ts';
import { replay } from './migrate/replay.ts';
import { withScratchCluster } from './postgres/cluster.ts';

await command<{ json?: boolean }>({
  name: 'advisors',
  summary: "Runs Supabase's security and performance advisors on a scratch replay of the migrations.",
  options: [['--json', 'print one JSON object']],
  notes:
    'supabase db advisors --fail-on warn, for public, authz, audit and governance, with pgrst.db_schemas set.\n' +
    'Accepted findings stand in scripts/migrate/advisor-exceptions.ts, each with its reason; a stale entry fails.',
  async run({ json }) {
    const advisory = await withScratchCluster(
      async (cluster) => {
        await replay(cluster, 'advisors', { onProgress: progress });
        progress('supabase db advisors');
        return advise(cluster.adminUrl('advisors'));
      },
      { content: landedHistory() },
    );
    const { failing, excepted, notes, stale } = advisory;
    if (json) say(JSON.stringify(advisory));
    else {
      for (const advice of failing) say(line(advice));
      for (const { key, reason } of stale) say(`STALE exception ${key}: ${reason}`);
      say(
        `${failing.length} failing, ${excepted.length} excepted, ${notes.length} notes (--json lists them)`,
      );
    }
    return failing.length + stale.length > 0 ? 1 : 0;
  },
});

function line({ level, lint, detail, key }: Advice): string {
  return `${level.padEnd(5)} ${lint}  ${detail}\n      ${key}`;
}
