import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../client/context.ts';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, CLINIC_B } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import { CLINICS, contextOf, DRIVERS, useCleanDriver, visiting } from '../support/sessions.ts';

const database = useDatabase();

describe.each(DRIVERS)('a session over %s', (kind) => {
  const driver = useCleanDriver(kind, database);

  test('settings that somebody left on the connection reach no caller [N-11 N-23 -]', async () => {
    const pollution = settingsOf(contextOf(personas.doctorOfB, { organisationId: CLINIC_B }));
    const names = pollution.map(([name]) => name).filter((name) => name !== 'role' && name !== 'search_path');
    const pollute = async (value: (name: string) => string) => {
      for (const name of names) await driver().bare('select set_config($1, $2, false)', [name, value(name)]);
    };
    const values = new Map(pollution);
    await pollute((name) => values.get(name) || CLINIC_B);
    await driver().bare('set role authenticated');
    await driver().bare("set default_transaction_isolation = 'repeatable read'");
    try {
      // The control: whoever took the connection as it is would be somebody.
      expect(await driver().bare('select current_user as role')).toEqual([{ role: 'authenticated' }]);
      const seen = await driver().session({ role: 'anon' }, (query) =>
        query('select current_setting(name, true) as value from unnest($1::text[]) as name', [names]),
      );
      expect(new Set(seen.map(({ value }) => value))).toEqual(new Set(['']));
      expect(await driver().session(contextOf(personas.doctor), (query) => query(CLINICS))).toEqual([
        { clinic: CLINIC_A },
      ]);
      expect(await driver().session(contextOf(personas.dualUndecided), (query) => query(CLINICS))).toEqual(
        [],
      );
    } finally {
      await driver().bare('reset role');
      await driver().bare('reset default_transaction_isolation');
      await pollute(() => '');
    }
  });

  test("a temporary table that an earlier caller left does not stand in a table's place [N-11 -]", async () => {
    await driver().session(contextOf(personas.doctorOfB), (query) =>
      query('create temporary table patients (organisation_id uuid, full_name text)'),
    );
    try {
      const rows = await driver().session(contextOf(personas.doctor), (query) =>
        query(`select 'patients'::regclass = 'public.patients'::regclass as ours`),
      );
      expect(rows).toEqual([{ ours: true }]);
    } finally {
      await driver().bare('discard temp');
    }
  });

  test('a transaction that somebody left open with a write in it is not joined [N-11 -]', async () => {
    await driver().bare('begin');
    await driver().bare('select pg_current_xact_id()');
    await expect(driver().session(visiting, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a transaction that somebody left open with an older view of the data is not joined [N-11 -]', async () => {
    await driver().bare('begin isolation level repeatable read');
    await driver().bare('select from pg_class limit 1');
    await expect(driver().session(visiting, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a transaction that failed and was left open is not joined, and does not stay [N-11 -]', async () => {
    const client = await driver().pool.connect();
    await client.query('begin');
    await client.query('select 1 / 0').catch(() => {});
    client.release();
    await expect(driver().session(visiting, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });
});
