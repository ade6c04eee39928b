import { answeredCode } from '../client/answered-code.ts';
import { removeErased } from '../client/documents.ts';
import { CordonError as Refusal } from '../client/errors.ts';
import { command } from './console/command.ts';
import { counted } from './console/counted.ts';
import { finding, misuse } from './console/errors.ts';
import { progress, say, table } from './console/report.ts';
import { withClient } from './postgres/connect.ts';
import { resolveTarget } from './postgres/target.ts';
import { type ErasedFiles, erasedFiles } from './storage/erased-files.ts';
import { serverClient } from './storage/server-client.ts';

await command<{ run?: boolean; json?: boolean }>({
  name: 'documents:remove-erased',
  summary: 'Shows which files are left in Storage of documents that were erased, and takes them away.',
  options: [
    ['--run', 'take them away; without it they are counted, and nothing is changed'],
    ['--json', 'print {"files","removed"} and nothing else'],
  ],
  notes:
    'After erase_subject, and after npm run retention -- --run. Counts in DATABASE_URL, else in the embedded server, as the role that migrates;\n' +
    'takes away through SUPABASE_URL with SUPABASE_SERVICE_ROLE_KEY. Two at once, or one that is killed, leave nothing that the next does not find.\n' +
    'Where Storage keeps files of one organisation, it goes on with the next. Exits 1 where files are left.',
  async run({ run, json }) {
    const target = resolveTarget();
    // Asked first: whoever cannot take files away should know before anything is looked for.
    const server = run ? serverClient() : undefined;
    const left = () => withClient(target.url, erasedFiles);
    const before = await left();
    const { counts, stuck } = server ? await removeAll(server, before) : { counts: new Map(), stuck: [] };
    const after = server ? await left() : before;
    // Of who is stuck, what went is told by no answer. Others may have been erased meanwhile, so that the two counts alone tell nothing.
    const removed = sumOf(
      before.map(({ organisation_id, files }) => ({
        organisation_id,
        files:
          counts.get(organisation_id) ?? (server ? Math.max(0, files - filesOf(after, organisation_id)) : 0),
      })),
    );
    if (json) say(JSON.stringify({ files: after, removed }));
    else tell(before, after, server !== undefined);
    if (stuck.length > 0) {
      if (json) return 1;
      throw finding({
        problem: `Storage keeps files of erased documents of ${counted(stuck.length, 'organisation', 'organisations')}`,
        expected: 'each of them taken away; those of the others are',
        details: stuck.map(({ message }) => message),
        remedy: stuck.find(({ hint }) => hint)?.hint ?? 'see what Storage logs about them, then run it again',
      });
    }
    if (server && after.length > 0 && !json) {
      throw finding({
        problem: `${counted(sumOf(after), 'file of an erased document is', 'files of erased documents are')} left in Storage`,
        expected: 'none: SUPABASE_URL is the project that DATABASE_URL is the database of',
        remedy: 'compare the two, then run it again',
      });
    }
    return after.length > 0 ? 1 : 0;
  },
});

/** Where Storage keeps what is one organisation's, the others' files go all the same: this runs every day, and would stop there every day. */
async function removeAll(
  server: ReturnType<typeof serverClient>,
  before: readonly ErasedFiles[],
): Promise<{
  readonly counts: ReadonlyMap<string, number>;
  readonly stuck: readonly { message: string; hint?: string | undefined }[];
}> {
  const counts = new Map<string, number>();
  const stuck: { message: string; hint?: string | undefined }[] = [];
  for (const { organisation_id } of before) {
    progress(`${organisation_id}: taking files away`);
    try {
      counts.set(organisation_id, await removeErased(server, organisation_id));
    } catch (cause) {
      const { message, hint } = ofOrganisation(cause);
      stuck.push({ message: `${organisation_id}: ${message}`, hint });
      progress(`${organisation_id}: ${message}`);
    }
  }
  return { counts, stuck };
}

/** @throws CommandError (2) for what is no organisation's own: the address or the key, with which nothing goes for anybody. */
function ofOrganisation(cause: unknown): Refusal {
  const isOther = cause instanceof Refusal && cause.code === 'ANSWER' && cause.cause !== undefined;
  if (isOther || !(cause instanceof Refusal)) {
    const code = answeredCode(isOther ? cause.cause : cause);
    throw misuse(
      {
        problem: code ? `SUPABASE_URL answers ${code}` : 'SUPABASE_URL does not answer',
        expected: 'the API of a project, and a key that it knows',
        remedy: 'curl it; where it answers, compare the key',
      },
      { cause },
    );
  }
  if (cause.code === '42501') {
    throw misuse(
      {
        problem: "SUPABASE_SERVICE_ROLE_KEY is not the server's key of that project",
        expected: 'the key whose role is service_role',
        remedy: 'Project Settings, API Keys; for a local project, supabase status',
      },
      { cause },
    );
  }
  return cause;
}

function tell(before: readonly ErasedFiles[], after: readonly ErasedFiles[], hasRun: boolean): void {
  if (before.length === 0) {
    say('no file is left of a document that was erased');
    return;
  }
  say(
    table(
      ['organisation', 'files', hasRun ? 'left' : ''],
      before.map(({ organisation_id, files }) => [
        organisation_id,
        files,
        hasRun ? filesOf(after, organisation_id) : '',
      ]),
    ),
  );
  if (!hasRun) say('next  npm run documents:remove-erased -- --run');
}

function filesOf(files: readonly ErasedFiles[], organisationId: string): number {
  return files.find(({ organisation_id }) => organisation_id === organisationId)?.files ?? 0;
}

function sumOf(files: readonly ErasedFiles[]): number {
  return files.reduce((sum, each) => sum + each.files, 0);
}
