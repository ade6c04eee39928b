import { expect, inject, test } from 'vitest';
import { TestDatabase } from '../../testing/test-database.ts';
import { runScript } from '../support/commands.ts';

const command = (url: string, ...args: string[]) =>
  runScript('retention.ts', args, { env: { DATABASE_URL: url } });

test('npm run retention plans, runs that plan, and says why it does neither [N-49 +]', async () => {
  const database = await TestDatabase.clone(inject('server'));
  try {
    // A clinic that was archived two years ago: a bed of it is due.
    await database.asSuperuser(async (session) => {
      await session.script(`set local session_replication_role = replica; alter table public.beds disable trigger user;
        insert into public.beds (organisation_id, id, ward, label, archived_at)
        values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-00000000dead', 'Old', 'Old', now() - interval '2 years')`);
    });
    const url = database.url('postgres');
    const planned = await command(url, '--json');
    expect(planned.code).toBe(0);
    const plan = JSON.parse(planned.stdout);
    expect(plan.rows).toMatchObject([{ table: 'public.beds', retention: 'general', rows: 1 }]);
    const shown = await command(url);
    expect(shown).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`npm run retention -- --run ${plan.plan_sha256}`),
    });
    expect(await command(url, '--run', '0'.repeat(64))).toMatchObject({
      code: 1,
      text: expect.stringContaining('no longer what was planned'),
    });
    const ran = await command(url, '--run', plan.plan_sha256, '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ rows: plan.rows, run_id: expect.any(String) });
    expect(await command(url, '--plan')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing is due'),
    });
    for (const args of [
      ['--run', 'abc'],
      ['--plan', '--run', plan.plan_sha256],
    ]) {
      const misused = await command(url, ...args);
      expect(misused.code, args.join(' ')).toBe(2);
      expect(misused.text).not.toMatch(/at .*\.ts:\d/);
    }
    const login = await command(database.url('authenticator'));
    expect(login).toMatchObject({ code: 2, text: expect.stringContaining('the role that migrates') });
  } finally {
    await database.drop();
  }
}, 120_000);
