import { describe, expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const TENANT_TABLES = TABLES.filter(({ tenantKey }) => tenantKey === 'organisation_id').map(
  ({ schema = 'public', tableName }) => [`${schema}.${tableName}`] as const,
);

/** The worst policy that somebody could add: everything, for everybody, with every grant. */
const openWide = (table: string) => `
  grant usage on schema ${table.split('.')[0]} to authenticated, patient, anon;
  grant select, insert, update, delete on ${table} to authenticated, patient, anon;
  create policy planted on ${table} for all to public using (true) with check (true);`;

/** What a persona gets once `plant` has run, all of it undone afterwards. */
async function planted<T>(plant: string, persona: Persona, fn: (session: Session) => Promise<T>): Promise<T> {
  return database().asSuperuser(
    async (session) => {
      await session.script(plant);
      await session.script('set session authorization authenticator');
      await session.script(`set local role ${persona.role}`);
      await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify(persona.claims),
      ]);
      const result = await fn(session);
      await session.script('reset session authorization');
      return result;
    },
    { rollback: true },
  );
}

describe('a permissive policy that somebody adds for everything and everybody', () => {
  test.each(TENANT_TABLES)('opens no row of another clinic in %s [S-02 S-04 N-24 -]', async (table) => {
    const clinics = await planted(openWide(table), personas.receptionist, (session) =>
      session.rows<{ organisation_id: string }>(`select distinct organisation_id from ${table}`),
    );
    for (const { organisation_id } of clinics) expect(organisation_id).toBe(CLINIC_A);
  });

  test.each(TENANT_TABLES)(
    'opens nothing of %s to a stranger or to who is not signed in [S-02 N-24 -]',
    async (table) => {
      for (const persona of [
        personas.stranger,
        personas.anonymousSignIn,
        personas.formerProxy,
        personas.anon,
      ]) {
        const rows = await planted(openWide(table), persona, (session) =>
          session.rows(`select from ${table}`),
        );
        expect(rows, persona.name).toEqual([]);
      }
    },
  );

  test('lets no write across, bare or aimed [S-03 N-24 -]', async () => {
    const outcomes = await planted(openWide('public.patients'), personas.receptionist, async (session) => ({
      aimed: await session.attempt(`update public.patients set language = 'xx' where organisation_id = $1`, [
        CLINIC_B,
      ]),
      bare: await session.attempt(`update public.patients set language = 'xx'`),
      gone: await session.attempt('delete from public.patients where organisation_id = $1', [CLINIC_B]),
      made: await session.attempt(
        `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'X', 'X')`,
        [CLINIC_B],
      ),
      moved: await session.attempt('update public.patients set organisation_id = $1 where id = $2', [
        CLINIC_B,
        idOf('patient', 'a', '01'),
      ]),
    }));
    expect(outcomes.aimed).toMatchObject({ ok: true, count: 0 });
    expect(outcomes.gone).toMatchObject({ ok: true, count: 0 });
    // Of the own clinic's five rows those that the rules name: neither the archived one nor the inactive one.
    expect(outcomes.bare).toMatchObject({ ok: true, count: 3 });
    expect(outcomes.made).toMatchObject({ ok: false, code: '42501' });
    expect(outcomes.moved).toMatchObject({ ok: false, code: expect.stringMatching(/^(42501|CD003)$/) });
  });

  test('opens nothing of a table to staff of the clinic whom no rule lets read it, and deletes nothing for them [S-02 N-24 -]', async () => {
    const outcomes = await planted(
      openWide('public.patient_clinical'),
      personas.receptionist,
      async (session) => ({
        read: await session.rows('select from public.patient_clinical'),
        changed: await session.attempt('update public.patient_clinical set archived_at = null'),
        gone: await session.attempt('delete from public.patient_clinical'),
      }),
    );
    expect(outcomes.read).toEqual([]);
    expect(outcomes.changed).toMatchObject({ ok: true, count: 0 });
    expect(outcomes.gone).toMatchObject({ ok: true, count: 0 });
  });

  test('shows nobody a row that the rules hide from them: archived, inactive, without consent [N-24 N-27 -]', async () => {
    for (const table of ['public.patients', 'public.patient_clinical', 'public.appointments']) {
      const count = async (session: Session) => (await session.rows(`select from ${table}`)).length;
      const without = await planted('', personas.doctor, count);
      expect(without, table).toBeGreaterThan(0);
      expect(await planted(openWide(table), personas.doctor, count), table).toBe(without);
    }
  });

  test('control: within the clinic it does open what readers may not do, so that the fence is what held [S-02 +]', async () => {
    const change = (session: Session) =>
      session.attempt(
        `update public.patient_identity set birth_date = null where organisation_id = '${CLINIC_A}'`,
      );
    expect(await planted('', personas.assistant, change)).toMatchObject({ ok: true, count: 0 });
    expect(await planted(openWide('public.patient_identity'), personas.assistant, change)).toMatchObject({
      ok: true,
      count: 3,
    });
  });

  test('control: without the fence it opens the other clinic, so that this test can fail', async () => {
    const plant = `${openWide('public.patients')} drop policy provider_fence on public.patients;`;
    const rows = await planted(plant, personas.receptionist, (session) =>
      session.rows('select distinct organisation_id from public.patients'),
    );
    expect(rows.length).toBeGreaterThan(1);
  });
});
