import { CAST, PROPS } from '../cast.ts';
import type { PgSession, Stage } from '../stage.ts';

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
  const proof = (clinic: string) => (s: PgSession) =>
    s.query<{ proof: { leaf_index: number; tree_size: number; path: string[] } }>(
      `select prove_record('public.case_activity_log', array[organisation_id::text, id::text]) as proof
       from case_activity_log where organisation_id = $1 order by id desc limit 1`,
      [clinic],
    );
  await stage.does(
    CAST.examiner,
    'has the last event of the day proven',
    proof(PROPS.clinic),
    ({ rows: [row] }) =>
      row
        ? `leaf ${row.proof.leaf_index} of ${row.proof.tree_size}, ${row.proof.path.length} hashes to the root`
        : '',
  );
  await stage.nothing(CAST.examiner, 'looks for one of Andaman to have it proven', proof(PROPS.andaman));
}
