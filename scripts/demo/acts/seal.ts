import { CAST } from '../cast.ts';
import type { Stage } from '../stage.ts';

interface Seal {
  readonly table: string;
  readonly row_count: number;
  readonly tree_size: number;
  readonly root: string;
}

/** The day's record is sealed by somebody who has written none of it. */
export async function seal(stage: Stage): Promise<void> {
  stage.begin('The seal');
  await stage.refused(CAST.admin, 'seals the record of the day', '42501', (s) =>
    s.query('select seal_records()'),
  );
  await stage.does(
    CAST.auditor,
    'seals the record of the day',
    (s) => s.query<{ seal: Seal }>('select seal from seal_records() as seal'),
    ({ rows }) =>
      rows
        .map(({ seal: { table, row_count, root } }) => `${row_count} of ${table} under ${root.slice(0, 16)}…`)
        .join(', '),
  );
  await stage.does(
    CAST.auditor,
    'keeps the head elsewhere',
    (s) => s.query<{ hash: string }>(`select seal_head() ->> 'hash' as hash`),
    ({ rows }) => `${rows[0]?.hash.slice(0, 16)}…`,
  );
}
