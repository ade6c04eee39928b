import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { generateZod } from '../../../scripts/codegen/zod.ts';
import { withClient } from '../../../scripts/postgres/connect.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();

const HOSTILE = `
  create table public."class" (
    "import" text not null constraint "it's */ \`\${process.exit(7)}\` \\" check ("import" ~ '^/*[''"\`\\\\]$'),
    "default" int default 5 constraint "default" check ("default" > 3),
    "__proto__" text constraint "__proto__" check (length("__proto__") = 2),
    "constructor" point,
    "a b"";c" text check ("a b"";c" in ('x''"\\y', '*/')),
    "computed" int generated always as ("default" + 1) stored,
    constraint "sum*/" check ("default" < "computed" or "import" is null),
    constraint "later" check (now() > '2020-01-01' or "default" = 4),
    constraint "like" check ("import" like '%'),
    constraint "nothing" check (true)
  );
  create table public."delete*/" ("id" uuid not null)`;

test('whatever tables, columns and constraints are called, the schemas are what was meant, and what is left out is named', async () => {
  const generated = await withClient(database().url('superuser'), async (client) => {
    await client.query(HOSTILE);
    return generateZod(client);
  });
  const folder = mkdtempSync(join(tmpdir(), 'cordon-zod-'));
  try {
    const from = (path: string) => pathToFileURL(path).href;
    const file = join(folder, 'zod.mts');
    writeFileSync(
      file,
      `${generated
        .replace("'zod'", `'${from('node_modules/zod/index.js')}'`)
        .replace(/'\.\.\/client\/(\S+)'/g, (_, name) => `'${from(`client/${name}`)}'`)}
      const { insert, row, update } = schemas['class'];
      const good = { import: '/"' };
      const verdicts = [
        insert.safeParse(good), insert.safeParse({}), insert.safeParse({ ...good, import: '/' }),
        insert.safeParse({ ...good, default: 3 }), insert.safeParse({ ...good, computed: 6 }), insert.safeParse({ ...good, 'a b";c': '*/' }),
        insert.safeParse({ ...good, 'a b";c': 'y' }), update.safeParse({}), update.safeParse({ import: null }),
      ].map((result) => result.success);
      console.log(JSON.stringify({ verdicts, named: NOT_EXPRESSED.filter(({ table }) => table === 'class').map((each) => each.constraint),
        columns: Object.keys(row.shape), last: Object.keys(schemas).includes('delete*/'), prototype: 'import' in Object.prototype }));`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], { encoding: 'utf8' });
    if (stdout === '') expect.fail(stderr);
    expect(JSON.parse(stdout)).toEqual({
      verdicts: [true, false, false, false, false, true, false, true, false],
      named: ['__proto__', 'later', 'like', '__proto__', 'constructor'],
      columns: ['import', 'default', 'constructor', 'a b";c', 'computed'],
      last: true,
      prototype: false,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
