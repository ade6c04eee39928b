import { spawn } from 'node:child_process';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type ClusterFiles, type ClusterRecord, recordedPid } from './files.ts';
import { isServerOf } from './pid.ts';

/** The password of every login role of an embedded cluster. It listens on 127.0.0.1 only. */
export const PASSWORD = 'postgres';

/** The database that commands work in when DATABASE_URL names none. */
export const DATABASE = 'cordon';

export interface Running {
  readonly pid: number;
  readonly port: number;
  readonly version: string;
  readonly superuser: string;
  /** False right after initdb: roles, database and platform are still to be made. */
  readonly furnished: boolean;
}

/**
 * Asks the recorded port whether this cluster's server is behind it. A connection is the only proof that holds:
 * process ids are reused, and other users cannot read the data folder.
 */
export async function findRunning(files: ClusterFiles, record: ClusterRecord): Promise<Running | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask(files, record);
    } catch (error) {
      // 57P03: it is ours or another's, and still recovering from a crash.
      if ((error as { code?: string }).code !== '57P03' || attempt > 600) return undefined;
      await sleep(100);
    }
  }
}

async function ask(files: ClusterFiles, record: ClusterRecord): Promise<Running | undefined> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: record.port,
    user: record.superuser,
    password: PASSWORD,
    database: 'template1',
    application_name: 'cordon',
    connectionTimeoutMillis: 10_000,
    ssl: false,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ data: string; pid: string; version: string; furnished: boolean }>(
      `select current_setting('data_directory') as data,
              split_part(pg_read_file('postmaster.pid'), e'\\n', 1) as pid,
              current_setting('server_version') as version,
              exists (select from pg_database where datname = $1) as furnished`,
      [DATABASE],
    );
    const row = rows[0];
    if (!row || row.data !== real(files.data)) return undefined;
    return {
      pid: Number(row.pid),
      port: record.port,
      version: row.version.split(' ')[0] ?? row.version,
      superuser: record.superuser,
      furnished: row.furnished,
    };
  } finally {
    await client.end();
  }
}

/**
 * Removes a postmaster.pid whose process is not this server, so that PostgreSQL does not refuse to start over it.
 *
 * @returns the id of a server that does run on this data, although it does not answer.
 */
export function forgetDeadServer(files: ClusterFiles): number | undefined {
  const pid = recordedPid(files);
  if (pid === undefined) return undefined;
  const runs = isServerOf(pid, real(files.data));
  if (runs) return pid;
  if (runs === false) rmSync(join(files.data, 'postmaster.pid'), { force: true });
  return undefined;
}

export interface Outcome {
  readonly status: number | null;
  /** What it wrote, both streams. */
  readonly output: string;
}

/** Runs one of PostgreSQL's programs as the cluster's OS user, in an environment that no setting of the caller's leaks into. */
export function run(program: string, args: readonly string[], files: ClusterFiles): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: files.home,
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        HOME: files.home,
        LC_ALL: 'C',
        TZ: 'UTC',
        // Each connection is a process that fills its caches anew, one page fault after another. By huge pages, where glibc and the kernel give
        // them, tests take a twentieth to a seventh less of the processors; elsewhere it is passed over.
        GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(files.user ? { uid: files.user.uid, gid: files.user.gid } : {}),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output: output.trim() }));
  });
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** A connection URL that every client reads alike; lib/pq and pgx would ask for TLS without the last part. */
export function clusterUrl(port: number, user: string, database = DATABASE): string {
  return `postgresql://${user}:${PASSWORD}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`;
}
