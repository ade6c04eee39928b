import { command } from './console/command.ts';
import { progress, say } from './console/report.ts';
import { requireSameHistory } from './migrate/same-history.ts';
import { applySeeds } from './migrate/seed.ts';
import { openTarget, REMOTE_FLAG, requireLocal, resolveTarget } from './postgres/target.ts';

await command<{ json?: boolean; yesDestroyRemote?: string }>({
  name: 'db:seed',
  summary: 'Fills the database with the synthetic data of seed/, file by file in order of name.',
  options: [REMOTE_FLAG, ['--json', 'print one JSON object']],
  notes:
    'Each file is one transaction and may be applied again. Refuses a server that is not local without the flag, and (exit 1) a database with another history.',
  async run({ json, yesDestroyRemote }) {
    requireLocal(resolveTarget(), { flag: yesDestroyRemote, action: 'write synthetic data into a database' });
    const { target } = await openTarget({ onProgress: progress });
    await requireSameHistory(target.url, true, progress);
    const applied = await applySeeds(target.url, undefined, progress);
    if (json) return void say(JSON.stringify({ address: target.address, applied }));
    const width = Math.max(0, ...applied.map(({ fileName }) => fileName.length));
    for (const { fileName, milliseconds } of applied) say(`${fileName.padEnd(width)}  ${milliseconds} ms`);
    say(`${applied.length} seed files applied to ${target.display}`);
  },
});
