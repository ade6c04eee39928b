import { withClient } from './scripts/postgres/connect.ts';
import { readReach } from './scripts/review/reach/read-reach.ts';
import { compareReach } from './scripts/review/verdicts/compare-reach.ts';
const url = process.argv[2]!;
await withClient(url, async (c) => {
  await c.query('begin');
  let t=Date.now();
  const a = await readReach(c);
  console.log('read', Date.now()-t, a.relations.length, a.routines.length, a.triggers.length, a.constraints.length, a.doors.length, a.decidingRows.length, JSON.stringify(a).length);
  for (const sql of process.argv.slice(3)) {
    await c.query('savepoint s');
    await c.query(sql);
    const b = await readReach(c);
    t=Date.now();
    const v = await compareReach(a,b);
    console.log('\n###', sql, `(${Date.now()-t} ms)`);
    for (const x of v) console.log(`${x.mark.padEnd(8)} [${x.realm}] ${x.sentence}`);
    await c.query('rollback to s');
  }
  await c.query('rollback');
});
