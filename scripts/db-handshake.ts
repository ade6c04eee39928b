import type pg from 'pg';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { out, say } from './console/report.ts';
import { visible } from './console/visible.ts';
import { type Proposal, proposalsOf, sharedObjects } from './handshake/proposal.ts';
import { type Answer, answerTo, isProtected, propose } from './handshake/store.ts';
import { readMigrations } from './migrate/history.ts';
import { compareWithLedger, readLedger } from './migrate/ledger.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';

type Standing = Proposal & { readonly answer: Answer; readonly note: string | null };

await command<{ propose?: boolean; json?: boolean }>({
  name: 'db:handshake',
  summary:
    'Shows which pending migrations touch what operations hold, and what operations have said to them.',
  options: [
    ['--propose', 'ask operations about those that nobody has asked them about'],
    ['--json', 'print {"protected","changes"} and nothing else'],
  ],
  notes: [
    'Works on DATABASE_URL, else on the embedded server, as the role that migrates. Operations answer in the database, as an admin of theirs:',
    '  select list_schema_changes();',
    `  select acknowledge_schema_change('<version>', '<checksum>');   or reject_schema_change(…, '<why>')`,
    'A protected database (authz.deployment_settings.require_acknowledgement) refuses db:migrate and db:push until they have acknowledged.',
    'Exits 1 while something pending is not acknowledged.',
  ].join('\n'),
  async run({ propose: asks, json }) {
    const target = resolveTarget();
    return withClient(target.url, async (client) => {
      await requireTable(client);
      const changes = await standings(client, asks === true);
      const on = await isProtected(client);
      if (json) say(JSON.stringify({ protected: on, changes }));
      else print(changes, on, target.display);
      return changes.some(({ answer }) => answer !== 'acknowledged') ? 1 : 0;
    });
  },
});

async function standings(client: pg.Client, asks: boolean): Promise<readonly Standing[]> {
  const { pending } = compareWithLedger(readMigrations(), await readLedger(client));
  const found: Standing[] = [];
  for (const proposal of await proposalsOf(pending, await sharedObjects(client))) {
    if (proposal.shared.length === 0) continue;
    if (asks) await propose(client, proposal);
    found.push({ ...proposal, ...(await answerTo(client, proposal)) });
  }
  return found;
}

async function requireTable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('governance.schema_changes') is not null as found`,
  );
  if (rows[0]?.found) return;
  throw misuse({
    problem: 'this database has no handshake yet',
    expected: 'the table governance.schema_changes',
    remedy: 'npm run db:migrate',
  });
}

function print(changes: readonly Standing[], isOn: boolean, where: string): void {
  const colour = { unknown: out.red, proposed: out.yellow, rejected: out.red, acknowledged: out.green };
  for (const { version, name, checksum, access, shared, answer, note } of changes) {
    say(
      `${out.bold(`${version}_${name}`)}  ${colour[answer](answer === 'unknown' ? 'not proposed' : answer)}`,
    );
    say(`   ${out.dim('checksum')}  ${checksum}`);
    say(`   ${out.dim('touches')}   ${visible(shared.join(', '))}`);
    for (const sentence of access) say(`   ${visible(sentence)}`);
    if (note) say(`   ${out.red('because')} ${visible(note)}`);
    say();
  }
  say(
    changes.length === 0
      ? `nothing pending at ${where} touches what operations hold`
      : `${changes.length} pending at ${where} ${changes.length === 1 ? 'touches' : 'touch'} what operations hold`,
  );
  say(
    isOn
      ? 'protected: only what is acknowledged is applied'
      : out.dim('not protected: told, and not enforced'),
  );
}
