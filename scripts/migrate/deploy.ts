import { progress, say } from '../console/report.ts';
import { withClient } from '../postgres/connect.ts';
import { openTarget, type Target } from '../postgres/target.ts';
import { MIGRATIONS } from './history.ts';
import type { MigrateOptions, MigrateResult } from './run.ts';
import { type Deployment, describeDeployment } from './summary.ts';

export interface DeployOptions {
  readonly json?: boolean;
  /** Write generated/ afterwards; left out: only for the embedded server, when something was applied. */
  readonly types?: boolean;
}

/** The flags of every command that deploys. */
export const DEPLOY_FLAGS = [
  ['--types', 'write generated/ from this database afterwards'],
  ['--no-types', 'leave generated/ alone'],
  ['--json', 'print one JSON object'],
] as const;

/**
 * What `db:migrate` and `db:push` do: make the target ready, apply what is pending, write types, and say so.
 *
 * @param apply `migrate` or `push`.
 */
export async function deploy(
  apply: (url: string, options: MigrateOptions) => Promise<MigrateResult>,
  options: DeployOptions,
): Promise<void> {
  const { target, cluster, platform } = await openTarget({ onProgress: progress });
  if (platform.supplied.length > 0) {
    progress(`supplied what Supabase has and this server lacked: ${abbreviate(platform.supplied)}`);
  }
  const result = await apply(target.url, { directory: MIGRATIONS, onProgress: progress });
  const deployment: Deployment = {
    ...result,
    server: {
      version: cluster?.version ?? (await serverVersion(target)),
      origin: target.origin,
      address: target.address,
    },
    // The embedded server's password is the same everywhere and opens nothing else.
    url: target.origin === 'embedded' ? target.url : `postgresql://${target.display}`,
    typesWritten: await writeTypes(target, result, options.types),
  };
  if (options.json) say(JSON.stringify(deployment));
  else for (const line of describeDeployment(deployment)) say(line);
}

async function writeTypes(
  target: Target,
  { applied }: MigrateResult,
  wanted: boolean | undefined,
): Promise<readonly string[]> {
  if (!(wanted ?? (target.origin === 'embedded' && applied.length > 0))) return [];
  progress('writing generated/');
  const { writeGenerated } = await import('../codegen/write-generated.ts'); // half a second to load
  return (await writeGenerated(target.url)).stale;
}

async function serverVersion({ url }: Target): Promise<string> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ server_version: string }>('show server_version'),
  );
  return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
}

function abbreviate(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
