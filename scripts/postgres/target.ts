import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { misuse } from '../console/errors.ts';
import { DEFAULT_MAJOR, PROJECT_ROOT, requestedMajor } from './binaries.ts';
import { clusterFiles, readRecord } from './cluster/files.ts';
import { DEFAULT_PORT } from './cluster/port.ts';
import { clusterUrl } from './cluster/process.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { ensurePlatform, type PlatformReport } from './platform.ts';
import { describeUrl, parseDatabaseUrl } from './url.ts';

/** Where settings are read from; the environment wins over the file. */
export interface Settings {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Path of a file in the format of `.env`. */
  readonly file?: string;
}

const ENV_FILE = join(PROJECT_ROOT, '.env');

/** The database that a command works on. */
export interface Target {
  /** What to connect with. On the embedded server the role is `postgres`, which is not superuser. */
  readonly url: string;
  /** The same database as its superuser on the embedded server; elsewhere the same as `url`. */
  readonly adminUrl: string;
  readonly origin: 'embedded' | 'DATABASE_URL';
  /** Whether DATABASE_URL came from the environment or from the file `.env`. */
  readonly source: 'default' | 'environment' | '.env';
  /** On this machine: loopback or a unix socket. */
  readonly isLocal: boolean;
  /** `postgres@127.0.0.1:54329/cordon`: for people to read, without the password. */
  readonly display: string;
  /** `127.0.0.1:54329/cordon`: what a destructive command asks to have repeated. */
  readonly address: string;
}

/**
 * Which database to work on: `DATABASE_URL` from the environment, else from `.env`, else the embedded server.
 * An empty `DATABASE_URL` means the embedded one, whatever `.env` says. Nothing is started or contacted.
 *
 * @param settings where to look instead of this process's environment and the project's `.env`.
 * @throws CommandError (exit code 2) when DATABASE_URL or CORDON_PORT is malformed.
 */
export function resolveTarget(settings: Settings = {}): Target {
  const { value, source } = setting('DATABASE_URL', settings);
  if (value) return describeTarget(value, value, 'DATABASE_URL', source);
  // The recorded port is where it runs or last ran; CORDON_PORT counts at the next start.
  const wished = embeddedPort(settings);
  const port = readRecord(clusterFiles(embeddedDirectory()))?.port ?? wished ?? DEFAULT_PORT;
  return embeddedTarget(clusterUrl(port, 'postgres'), clusterUrl(port, 'supabase_admin'));
}

/**
 * Makes the target ready to migrate: starts the embedded server if that is the target, and supplies the
 * Supabase platform where it is missing.
 *
 * @throws CommandError (exit code 2) when the server cannot be started, reached or completed.
 */
export async function openTarget(
  options: { readonly onProgress?: (line: string) => void } = {},
): Promise<{ target: Target; cluster: Cluster | undefined; platform: PlatformReport }> {
  const wished = resolveTarget();
  if (wished.origin === 'DATABASE_URL') {
    return { target: wished, cluster: undefined, platform: await ensurePlatform(wished.url) };
  }
  const cluster = await startEmbedded(options);
  const target = embeddedTarget(cluster.url(), cluster.adminUrl());
  return { target, cluster, platform: await ensurePlatform(target.adminUrl) };
}

/** Starts the server in `.cordon/`, on `CORDON_PORT` if that is set. */
function startEmbedded(options: { readonly onProgress?: (line: string) => void } = {}): Promise<Cluster> {
  return startCluster({
    directory: embeddedDirectory(),
    port: embeddedPort(),
    onProgress: options.onProgress,
  });
}

/** `.cordon/postgres`; a major other than the default one has a folder beside it. */
export function embeddedDirectory(): string {
  const major = requestedMajor();
  return join(PROJECT_ROOT, '.cordon', major === DEFAULT_MAJOR ? 'postgres' : `postgres-${major}`);
}

/**
 * Guards a command that destroys data: on another machine it only goes ahead if its user has typed the address.
 * A tunnel to a remote server looks local and is not recognised.
 *
 * @param target what would be destroyed.
 * @param guard the value given for the flag `--yes-destroy-remote <host:port/database>`, and what would be done.
 * @throws CommandError (exit code 2) naming the flag to repeat, for a remote target without the matching value.
 */
export function requireLocal(
  target: Target,
  guard: { readonly flag: string | undefined; readonly action: string },
): void {
  if (target.isLocal || guard.flag === target.address) return;
  throw misuse({
    problem:
      guard.flag === undefined
        ? `this would ${guard.action} on another machine: ${target.display}`
        : `--yes-destroy-remote names ${guard.flag}, but the target is ${target.address}`,
    expected: 'a server on this machine, or the address of the remote one typed out',
    remedy: `if that is what you want, add --yes-destroy-remote ${target.address}`,
  });
}

/** The flag that `requireLocal` reads, for a command's option list. */
export const REMOTE_FLAG = [
  '--yes-destroy-remote <host:port/database>',
  'allow it on a server that is not local, by repeating its address',
] as const;

function embeddedTarget(url: string, adminUrl: string): Target {
  return describeTarget(url, adminUrl, 'embedded', 'default');
}

function describeTarget(
  url: string,
  adminUrl: string,
  origin: Target['origin'],
  source: Target['source'],
): Target {
  const { host, port, database, isLocal } = parseDatabaseUrl(url);
  const address = `${host.startsWith('/') ? host : `${host}:${port}`}/${database}`;
  return { url, adminUrl, origin, source, isLocal, display: describeUrl(url), address };
}

function embeddedPort(settings: Settings = {}): number | undefined {
  const { value } = setting('CORDON_PORT', settings);
  if (!value) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1024 && port <= 65_535) return port;
  throw misuse({
    problem: `CORDON_PORT is ${JSON.stringify(value)}`,
    expected: 'a port from 1024 to 65535',
    remedy: 'correct or unset it',
  });
}

function setting(name: string, { environment = process.env, file = ENV_FILE }: Settings) {
  const fromEnvironment = environment[name];
  if (fromEnvironment !== undefined) {
    return { value: fromEnvironment.trim(), source: 'environment' as const };
  }
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8'))[name] : undefined;
  return { value: fromFile?.trim() ?? '', source: '.env' as const };
}
