import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Cluster,
  startCluster,
  startScratchCluster,
  stopCluster,
} from '../../scripts/postgres/cluster.ts';

export interface Pair {
  readonly primary: Cluster;
  /** Replays what the primary writes, and takes no writes of its own. */
  readonly standby: Cluster;
  /** Ends both and deletes their files. */
  readonly remove: () => void;
}

/** A cluster that `fill` filled, and a hot standby that streams from it, made as an operator would: from a copy of the files. */
export async function startPair(fill: (cluster: Cluster) => Promise<void>): Promise<Pair> {
  const first = await startScratchCluster();
  const second = await startScratchCluster().catch((error) => {
    first.remove();
    throw error;
  });
  const remove = () => {
    second.remove();
    first.remove();
  };
  const start = ({ directory }: Cluster) => startCluster({ directory, port: 'random', durable: false });
  try {
    await fill(first);
    await stopCluster(first.directory);
    await stopCluster(second.directory);
    const copy = join(second.home, 'data');
    rmSync(copy, { recursive: true });
    // -a: the files are the server's OS user's.
    execFileSync('cp', ['-a', join(first.home, 'data'), copy]);
    const primary = await start(first);
    const { hostname, port, username, password } = new URL(primary.adminUrl());
    appendFileSync(
      join(copy, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`,
    );
    writeFileSync(join(copy, 'standby.signal'), '');
    return { primary, standby: await start(second), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
