import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandError } from '../../console/errors.ts';
import { type Binaries, findBinaries } from '../binaries.ts';
import { reachableBinaries } from '../os-user.ts';
import { doesNotAnswer, explainStartFailure, otherMajor, requirePlainPath } from './failure.ts';
import {
  type ClusterFiles,
  dataMajor,
  logLength,
  logSince,
  readRecord,
  recordedPid,
  writeOwned,
  writeRecord,
} from './files.ts';
import { initialiseData } from './init.ts';
import { isAlive } from './pid.ts';
import { DEFAULT_PORT, nextFreePort, portTaken, randomPort, requirePort } from './port.ts';
import { findRunning, forgetDeadServer, type Running, run } from './process.ts';
import { settingsFile } from './settings.ts';

/** `supabase`: roles, a database `cordon` and the platform as on Supabase. `plain`: superuser `postgres`, nothing else. */
export type Flavour = 'supabase' | 'plain';

export interface StartOptions {
  readonly directory: string;
  /** Insist on this port. Without it the recorded one, else 54329, else the next free one; `random` for any. */
  readonly port?: number | 'random' | undefined;
  /** False: faster, and lost in a crash. */
  readonly durable?: boolean | undefined;
  /** Without it `CORDON_POSTGRES_MAJOR`, else 17. */
  readonly major?: number | undefined;
  readonly flavour?: Flavour | undefined;
  /** What its data should be filled with from the start, where data that are so were kept. */
  readonly content?: string | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** The superuser a cluster was made with, or would be. */
export function superuserOf(files: ClusterFiles, { flavour }: Pick<StartOptions, 'flavour'>): string {
  return readRecord(files)?.superuser ?? (flavour === 'plain' ? 'postgres' : 'supabase_admin');
}

/** Initialises if need be, then starts. The caller holds the lock and knows that no server answers. */
export async function launch(files: ClusterFiles, options: StartOptions): Promise<Running> {
  const binaries = reachableBinaries(findBinaries(options.major), files.user);
  for (const folder of [files.home, binaries.root]) requirePlainPath(folder);
  const superuser = superuserOf(files, options);
  const found = dataMajor(files);
  if (found !== undefined && found !== binaries.major) throw otherMajor(files, found, binaries.major);
  if (found === undefined) {
    options.onProgress?.(`creating a PostgreSQL ${binaries.major} database in ${files.home}`);
    await initialiseData(files, binaries, superuser, options.durable ?? true, options.content);
  }
  const mute = forgetDeadServer(files);
  if (mute !== undefined) throw doesNotAnswer(files, mute);
  const wished = readRecord(files)?.port ?? DEFAULT_PORT;
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(options.port, wished);
    const failure = await tryStart(files, binaries, port, options.durable ?? true);
    if (!failure) {
      writeRecord(files, { port, superuser });
      if (options.port === undefined && port !== wished) {
        options.onProgress?.(`port ${wished} is taken by another program; using ${port} from now on`);
      }
      const running = await findRunning(files, { port, superuser });
      if (running) return running;
      throw explainStartFailure(files, [], 'it came up and then did not answer');
    }
    if (failure.kind === 'fatal' || attempt === 20) throw failure.error;
    if (failure.kind === 'port' && typeof options.port === 'number') throw await portTaken(port);
    if (failure.kind === 'ghost') await sleep(250);
  }
}

function choosePort(insisted: StartOptions['port'], wished: number): Promise<number> {
  if (insisted === 'random') return randomPort();
  if (insisted !== undefined) return requirePort(insisted);
  return nextFreePort(wished);
}

interface StartFailure {
  /** `port`: lost to another program since it was chosen. `ghost`: children of a killed server are still leaving. */
  readonly kind: 'port' | 'ghost' | 'fatal';
  readonly error: CommandError;
}

async function tryStart(
  files: ClusterFiles,
  binaries: Binaries,
  port: number,
  durable: boolean,
): Promise<StartFailure | undefined> {
  writeOwned(files, join(files.data, 'cordon.conf'), settingsFile({ port, durable }), 0o600);
  const position = prepareLog(files);
  const outcome = await run(
    binaries.pgCtl,
    ['start', '-D', files.data, '-l', files.log, '-w', '-t', '120', '-s'],
    files,
  );
  if (outcome.status === 0) return undefined;
  const log = logSince(files, position);
  const text = log.join('\n');
  const error = explainStartFailure(files, log, outcome.output);
  if (/could not bind|Address already in use/.test(text)) return { kind: 'port', error };
  if (/pre-existing shared memory block|is another postmaster/.test(text) && !postmasterLives(files)) {
    return { kind: 'ghost', error };
  }
  return { kind: 'fatal', error };
}

function postmasterLives(files: ClusterFiles): boolean {
  const pid = recordedPid(files);
  return pid !== undefined && isAlive(pid);
}

/** Creates the log for its OS user, keeps one old one of at most a few megabytes, and returns where the new part starts. */
function prepareLog(files: ClusterFiles): number {
  if (logLength(files) > 5_000_000) renameSync(files.log, `${files.log}.1`);
  const length = logLength(files);
  if (length === 0) writeOwned(files, files.log, '', 0o644);
  return length;
}
