import { exportTrail } from './audit/export-trail.ts';
import { requireTrail } from './audit/seal-trail.ts';
import { command } from './console/command.ts';
import { counted } from './console/counted.ts';
import { misuse } from './console/errors.ts';
import { requirePlaceFor } from './console/folder.ts';
import { progress, say } from './console/report.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';

await command<{ table?: string[]; from?: string; json?: boolean }>({
  name: 'audit:export',
  summary: 'Writes the sealed trail into a file that audit:verify checks without a database.',
  usage: '<file>',
  options: [
    ['--table <name...>', 'rows of these tables only; the chain of seals is always whole'],
    [
      '--from <seal>',
      'rows sealed after this seal only: the one of the head that was kept, or an earlier one',
    ],
    ['--json', 'print {"seals","leaves","unsealed"} and nothing else'],
  ],
  notes:
    'Works on DATABASE_URL, else on the embedded server, as the role that migrates; reads one snapshot and changes nothing.\n' +
    'The file holds the rows, whoever they are about: it is written for its owner alone, and never over another one.',
  async run({ table, from, json }, [file = '']) {
    if (from !== undefined && !/^\d{1,15}$/.test(from)) {
      throw misuse({ problem: `--from ${from} is no seal`, expected: 'its number, as audit:seal prints it' });
    }
    requirePlaceFor(file);
    const exported = await withClient(resolveTarget().url, async (client) => {
      await requireTrail(client);
      return exportTrail(
        client,
        file,
        { ...(table && { tables: table }), from: Number(from ?? 0) },
        (name, leaves) => progress(`${name}: ${counted(leaves, 'row')} written so far`),
      );
    });
    if (json) return void say(JSON.stringify(exported));
    const { seals, leaves, unsealed } = exported;
    say(`${file}: ${counted(seals, 'seal')}, ${counted(leaves, 'sealed row')}, ${unsealed} not sealed yet`);
    const part = [
      ...(table ?? []).map((name) => ` --table ${name}`),
      ...(from ? [` --from ${from}`] : []),
    ].join('');
    say(`next: npm run audit:verify -- ${file} --head <a head that was kept>${part}`);
  },
});
