import type { MigrateResult } from './run.ts';

/** What a deployment did, as `--json` prints it. */
export interface Deployment extends MigrateResult {
  readonly server: {
    readonly version: string;
    readonly origin: 'embedded' | 'DATABASE_URL';
    readonly address: string;
  };
  /** With the password only for the embedded server. */
  readonly url: string;
  /** Generated files that changed. */
  readonly typesWritten: readonly string[];
}

const MARGIN = 12;

/** The same for people: server, migrations with times, URL, next step. */
export function describeDeployment(deployment: Deployment): string[] {
  const { server, applied, alreadyApplied, url, typesWritten } = deployment;
  const place = server.origin === 'embedded' ? 'embedded, until `npm run db:stop`' : server.address;
  const name = Math.max(0, ...applied.map((migration) => migration.name.length));
  return [
    field('server', `PostgreSQL ${server.version}, ${place}`),
    field('migrations', countOf(applied.length, alreadyApplied)),
    ...applied.map((migration) =>
      field(
        '',
        `${migration.version}_${migration.name.padEnd(name)}  ${String(migration.milliseconds).padStart(5)} ms`,
      ),
    ),
    ...(typesWritten.length > 0 ? [field('types', typesWritten.join(', '))] : []),
    field('url', url),
    field('next', nextStep(deployment)),
  ];
}

function countOf(applied: number, before: number): string {
  if (applied === 0)
    return before === 0 ? 'none: migrations/ is empty' : `nothing pending, ${before} applied before`;
  return before === 0 ? `${applied} applied` : `${applied} applied, ${before} before`;
}

function nextStep({ server, applied }: Deployment): string {
  if (server.origin === 'DATABASE_URL') return '`npm run db:status` shows the ledger';
  return applied.length > 0
    ? '`npm run db:seed` fills it with two synthetic clinics, `npm test` proves that they stay apart'
    : '`npm run db:seed` fills it where nothing is in it yet, `npm run db:new -- <verb_object>` writes the next migration';
}

function field(title: string, text: string): string {
  return title.padEnd(MARGIN) + text;
}
