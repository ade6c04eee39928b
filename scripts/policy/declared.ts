import { misuse } from '../console/errors.ts';
import { tellError } from '../console/tell-error.ts';

/*
 * What policies/ declares, for the commands. Whoever edits those files makes typing errors in them; each ends the command that reads them, before it
 * has begun, as what it is.
 */
export const { TABLES, VIEWS } = await import('../../policies/index.ts').catch((cause: unknown) =>
  process.exit(tellError(unreadable(cause), process.argv.includes('--json'))),
);

function unreadable(cause: unknown) {
  const { message, stack } = cause instanceof Error ? cause : new Error(String(cause));
  const place = /policies\/[\w.-]+\.ts:\d+/.exec(`${message}\n${stack}`)?.[0] ?? 'policies/';
  const said = message.split('\n').map((line) => line.replace(/^.*\.ts:\d+:\d+: ERROR: /, ''));
  return misuse(
    {
      problem: `${place} cannot be read: ${said.find((line) => !line.startsWith('Transform failed')) ?? message}`,
      expected: 'TypeScript that runs by itself',
      remedy: 'npx tsc --noEmit tells of every such place',
    },
    { cause },
  );
}
