import { describe, expect, test } from 'vitest';
import { factsOf } from '../../scripts/compose/header.ts';
import type { Reach } from '../../scripts/review/reach/reach.ts';
import { decidingWrites } from '../../scripts/review/verdicts/deciding-writes.ts';

const FILE = 'migrations/20990101000000_create_odd_names.sql';
const ODD = 'create table public."My Table" (id bigint)';
const REFUSED = { exitCode: 2, message: `${FILE}: not a usable SQL name: "My Table"` };

describe('a name that nothing of ours may have is told with the file it stands in', () => {
  test('by what writes and checks headers [S-30 -]', async () => {
    await expect(factsOf(`${ODD};`, FILE)).rejects.toMatchObject(REFUSED);
    await expect(factsOf('create table public.my_table (id bigint);', FILE), 'control').resolves.toContain(
      '-- Access: none',
    );
  });

  test('by the review [S-30 -]', async () => {
    const before = { routines: [], relations: [], privileges: [] } as unknown as Reach;
    const write = 'insert into public."My Table" values (1);';
    await expect(decidingWrites({ up: write, path: FILE }, before)).rejects.toMatchObject(REFUSED);
  });
});
