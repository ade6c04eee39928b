import { command } from './console/command.ts';
import { out, progress, say, table } from './console/report.ts';
import { play } from './demo/play.ts';
import { type Attempt, Stage } from './demo/stage.ts';
import { startStorage } from './demo/storage.ts';
import { requireTold, type Trail } from './demo/trail.ts';
import { landedHistory } from './migrate/landed-history.ts';
import { replay } from './migrate/replay.ts';
import { applySeeds } from './migrate/seed.ts';
import { startScratchCluster } from './postgres/cluster.ts';

const DATABASE = 'cordon_demo';

await command<{ json?: boolean }>({
  name: 'demo',
  summary:
    'Plays a day of two clinics, a transport company and operations, and tells what was refused and why.',
  options: [['--json', 'print {"attempts","timeline","accessLog","trail"} and nothing else']],
  notes:
    'On a server of its own with the synthetic data of seed/, removed afterwards; DATABASE_URL is not looked at.\n' +
    'Every line is one transaction of one person, through cordon/client. Exits 1 if one of them ends otherwise than told, or the record of it is not whole.',
  async run({ json }) {
    progress('starting a server, applying every migration and the synthetic clinics');
    const cluster = await startScratchCluster({ content: landedHistory() });
    try {
      await replay(cluster, DATABASE);
      await applySeeds(cluster.url(DATABASE));
      const url = new URL(cluster.adminUrl(DATABASE));
      url.username = 'authenticator';
      const storage = await startStorage(url.href);
      const stage = new Stage(url.href, json ? () => {} : teller(), storage.clientOf);
      try {
        const record = await play(stage, cluster.url(DATABASE), cluster.adminUrl(DATABASE));
        if (json) {
          say(JSON.stringify({ attempts: stage.attempts, ...record }));
          return record.trail.whole && record.trail.bent ? 0 : 1;
        }
        say();
        say(
          table(
            ['at', 'event', 'by', 'what'],
            record.timeline.map(({ time, event, by, details }) => [
              out.dim(time),
              event,
              by,
              out.dim(details),
            ]),
          ),
        );
        say();
        say(out.bold('What the policies decided'));
        say(
          table(
            ['who', 'asked for', 'records', 'outcome', 'for want of'],
            record.accessLog.map(({ who, table: name, records, outcome, reason }) => [
              out.cyan(who),
              name,
              records,
              outcome === 'denied' ? out.red(outcome) : outcome,
              out.dim(reason),
            ]),
          ),
        );
        say();
        for (const line of verification(record.trail)) say(line);
        say();
        say(summary(stage.attempts));
        requireTold(record.trail);
        return 0;
      } finally {
        // Each is ended, though another cannot be: what listens keeps the command from ending.
        await stage.end().finally(storage.stop);
      }
    } finally {
      cluster.remove();
    }
  },
});

/** Prints each attempt as it happens, under the heading of its act. */
function teller(): (attempt: Attempt) => void {
  let current = '';
  return ({ act, who, what, outcome, said }) => {
    if (act !== current) {
      say();
      say(out.bold(act));
      current = act;
    }
    const mark = outcome === 'done' ? out.green('✓') : outcome === 'nothing' ? out.yellow('∅') : out.red('✗');
    const answer =
      outcome === 'done' ? said : outcome === 'nothing' ? said || 'no such row' : `${outcome} ${said}`;
    say(`  ${mark} ${out.cyan(who.padEnd(36))} ${what}${answer ? out.dim(`  → ${answer}`) : ''}`);
  };
}

/** What an auditor sees who has a file and no database: the day as it was, and as a superuser would have it. */
function verification({ root, seals, rows, whole, bent }: Trail): readonly string[] {
  return [
    out.bold('Verified without the database'),
    `  ${whole ? out.green('✓') : out.red('✗')} ${rows} rows under ${seals} seals${out.dim(`  → root ${root}`)}`,
    bent
      ? `  ${out.red('✗')} then the superuser bends one, with every trigger off${out.dim(`  → ${bent.table}, position ${bent.position}: ${bent.what}`)}`
      : `  ${out.red('✗')} the superuser bends one, and nobody notices`,
  ];
}

function summary(attempts: readonly Attempt[]): string {
  const count = (is: (attempt: Attempt) => boolean) => attempts.filter(is).length;
  const done = count(({ outcome }) => outcome === 'done');
  const nothing = count(({ outcome }) => outcome === 'nothing');
  return (
    `${out.green(`${done} done`)}, ${out.red(`${attempts.length - done - nothing} refused`)}, ` +
    `${out.yellow(`${nothing} found nothing`)}. Every answer was the database's; the application only asked.`
  );
}
