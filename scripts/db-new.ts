import { amend, draftNew, reheadUnlanded } from './compose/new-migration.ts';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { progress, say } from './console/report.ts';

interface Options {
  readonly why?: string;
  readonly operations?: boolean;
  readonly empty?: boolean;
  readonly amend?: boolean | string;
  readonly only?: string[];
  readonly headers?: boolean;
  readonly dryRun?: boolean;
}

/** What a new migration is followed by, in this order. */
const NEXT = ['db:types', 'matrix -- --write', 'db:check -- --record'];

/** A frame is recorded by nobody before its DDL stands in it. */
const FILL_IN = 'next: write the DDL where it says "By hand", then `npm run db:new -- --amend`';

/** What is given and would be passed over: its user would take it for done. */
function passedOver({
  why,
  only,
  operations,
  empty,
  headers,
  amend: amended,
}: Options): readonly [given: string, beside: string] | undefined {
  const given = (beside: string, options: Readonly<Record<string, unknown>>) => {
    const name = Object.keys(options).find((option) => options[option] !== undefined);
    return name === undefined ? undefined : ([name, beside] as const);
  };
  if (headers) return given('headers', { why, only, operations, empty });
  if (amended) return given('amend', { empty });
  return empty ? given('empty', { only }) : undefined;
}

await command<Options>({
  name: 'db:new',
  summary:
    'Write a new migration from what differs between functions/, triggers/, policies/ and the history.',
  usage: '[name]',
  options: [
    ['--why <sentence>', 'the reason, for the header'],
    [
      '--operations',
      "the operations' own, also with --amend: only such a migration may touch what they hold",
    ],
    ['--empty', 'only the frame, for hand-written DDL; then --amend composes the rest'],
    [
      '--amend [version]',
      'compose the newest migration (or the one named) again, as long as it has not landed',
    ],
    ['--only <path...>', 'compose only what stands in these files or folders; nothing is dropped'],
    ['--headers', 'correct -- Access: and -- Locks: of every migration that has not landed'],
    ['--dry-run', 'print the file instead of writing it'],
  ],
  notes: [
    'Examples:',
    '  npm run db:new -- allow_nurses_to_update_allergies --why "triage nurses record them first"',
    '  npm run db:new -- add_bed_waitlist --empty     # write the table by hand, then:',
    '  npm run db:new -- --amend',
    '',
    'A migration has landed once `npm run db:check -- --record` has written its checksum.',
  ].join('\n'),
  async run(given, [name]) {
    const { why, only, operations, empty, amend: amended, headers, dryRun } = given;
    if ([name, amended, headers].filter(Boolean).length !== 1) {
      throw misuse({
        problem: 'db:new takes either a name, or --amend, or --headers',
        expected: 'one of them',
        remedy: 'npm run db:new -- add_bed_waitlist',
      });
    }
    const unused = passedOver(given);
    if (unused) {
      throw misuse({
        problem: `--${unused[0]} does nothing beside --${unused[1]}`,
        expected: 'options that go together',
        remedy: 'leave one of the two out: npm run db:new -- --help',
      });
    }
    const options = {
      onProgress: progress,
      empty: empty === true,
      isOperations: operations === true,
      ...(why !== undefined && { why }),
      ...(only !== undefined && { only }),
    };
    const version = typeof amended === 'string' ? amended : undefined;
    const files = headers
      ? await reheadUnlanded(options)
      : [amended ? await amend(version, options) : await draftNew(name ?? '', options)];
    if (dryRun) {
      for (const { text } of files) process.stdout.write(text);
      return;
    }
    for (const file of files) {
      file.write();
      say(`${file.isNew ? 'wrote' : 'rewrote'} ${file.path}`);
    }
    if (files.length === 0) say('nothing to rewrite: every header is true');
    else if (empty) say(FILL_IN);
    else if (headers) say('next: read it, then `npm run db:review`');
    else say(`next: read it, then ${NEXT.map((script) => `\`npm run ${script}\``).join(', ')}`);
  },
});
