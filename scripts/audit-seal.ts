import pg from 'pg';
import { readKept, requireKept } from './audit/kept-head.ts';
import { sealTrail } from './audit/seal-trail.ts';
import { command } from './console/command.ts';
import { finding } from './console/errors.ts';
import { requirePlaceFor, writeReport } from './console/folder.ts';
import { out, say, table } from './console/report.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';

await command<{ json?: boolean; keep?: string }>({
  name: 'audit:seal',
  summary: 'Seals every append-only record that no seal holds yet, and prints the head to keep.',
  options: [
    [
      '--keep <file>',
      'write the head into a file, in place of the one there if the trail goes on from that; else that one stays',
    ],
    ['--json', 'print {"seals","head"} and nothing else'],
  ],
  notes:
    'Works on DATABASE_URL, else on the embedded server. Nothing is written where nothing is new; two at once take turns.\n' +
    'Keep the head where nobody who can write to the database can: audit:verify compares an export with it.\n' +
    'Exits 1 where it could not seal (somebody writes for more than five seconds, or the trail was changed), and where the head in the\n' +
    'file of --keep is none of this trail: it was sealed anew, or taken back. Nothing is written over what tells so.',
  async run({ json, keep }) {
    requirePlaceFor(keep);
    const kept = readKept(keep);
    const target = resolveTarget();
    const { seals, head } = await withClient(target.url, async (client) => {
      const sealed = await sealTrail(client);
      if (keep !== undefined && kept !== undefined) await requireKept(client, keep, kept);
      return sealed;
    }).catch((error: unknown) => {
      if (!(error instanceof pg.DatabaseError) || !error.code?.startsWith('CD')) throw error;
      throw finding(
        {
          problem: `${error.message}${error.detail ? `: ${error.detail}` : ''}`,
          expected: 'nothing was sealed',
          ...(error.hint && { remedy: error.hint }),
        },
        { cause: error },
      );
    });
    if (keep !== undefined && head !== null) writeReport(keep, `${JSON.stringify(head)}\n`);
    if (json) return void say(JSON.stringify({ seals, head }));
    if (seals.length === 0) say('nothing new to seal');
    else {
      say(
        table(
          ['seal', 'table', 'new rows', 'of', 'root'],
          seals.map(({ seal, table: name, row_count, tree_size, root }) => [
            seal,
            name,
            row_count,
            tree_size,
            out.dim(root),
          ]),
        ),
      );
    }
    if (head === null) return;
    say();
    say(
      `${keep === undefined ? 'Keep this head' : `${keep} has the head: keep it`} where nobody who can write to the database can:`,
    );
    say(JSON.stringify(head));
  },
});
