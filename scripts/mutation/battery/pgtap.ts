import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { PGTAP_SCHEMA } from '../../../tests/support/pgtap.ts';
import { runTapOn } from '../../../tests/support/tap.ts';
import type { Kill } from './kill.ts';

const FOLDER = new URL('../../../tests/db/', import.meta.url);

/** A pgTAP file, without the transaction that it brings along. */
export interface TapFile {
  /** `pgTAP authz/holds.test.sql` */
  readonly name: string;
  readonly text: string;
}

/** The pgTAP files of tests/db. */
export async function readTapFiles(): Promise<readonly TapFile[]> {
  const names = (await readdir(FOLDER, { recursive: true })).filter((name) => name.endsWith('.test.sql'));
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(name, FOLDER), 'utf8');
      return { name: `pgTAP ${name}`, text: sql.replaceAll(/^(begin|rollback);$/gm, '') };
    }),
  );
}

/** Runs one pgTAP file as the migrating role. The caller takes back what it did. */
export async function askTapFile(client: pg.Client, { name, text }: TapFile): Promise<Kill | undefined> {
  // Prepared statements outlive what is taken back: the next mutant's file would find its name taken, and be red for that.
  await client.query(`
    deallocate all;
    set session authorization postgres;
    set local search_path = public, extensions, ${PGTAP_SCHEMA}`);
  const { assertions, problems } = await runTapOn(client, text);
  const failed = assertions.find(({ state }) => state === 'failed');
  const claim = failed?.title ?? problems[0];
  return claim === undefined ? undefined : { by: name, claim };
}
