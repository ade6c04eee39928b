import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { withClient } from '../../scripts/postgres/connect.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** One connection, as a pool of one would lend it to one request after the other. */
function onOneConnection<T>(fn: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(database().url('authenticator'), fn);
}

/** One request: begin, role, claims, the query, commit. */
async function request<T>(client: pg.Client, persona: Persona, query: pg.QueryConfig): Promise<T[]> {
  await client.query('begin');
  try {
    await client.query(`set local role ${persona.role}`);
    await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(persona.claims)]);
    for (const [name, value] of Object.entries(persona.settings ?? {})) {
      await client.query('select set_config($1, $2, true)', [name, value]);
    }
    return (await client.query(query)).rows;
  } finally {
    await client.query('commit');
  }
}

const PREPARED = { name: 'page', text: 'select distinct organisation_id as clinic from public.patients' };

describe('one connection, many callers', () => {
  test('a prepared statement serves each caller their own rows, however often it has run [N-11 N-26 +]', async () => {
    await onOneConnection(async (client) => {
      // Past the fifth execution PostgreSQL may switch to a plan that it keeps.
      for (let round = 0; round < 8; round += 1) {
        expect(await request(client, personas.doctor, PREPARED)).toEqual([{ clinic: CLINIC_A }]);
        expect(await request(client, personas.doctorOfB, PREPARED)).toEqual([{ clinic: CLINIC_B }]);
      }
    });
  });

  test.each(['auto', 'force_generic_plan', 'force_custom_plan'])(
    "a plan kept under %s serves nobody another's rows [N-11 N-26 -]",
    async (mode) => {
      await onOneConnection(async (client) => {
        await client.query(`set plan_cache_mode = '${mode}'`);
        for (const persona of [
          personas.doctorOfB,
          personas.stranger,
          personas.dual,
          personas.anonymousSignIn,
          personas.dualInB,
          personas.revoked,
        ]) {
          const rows = await request<{ clinic: string }>(client, persona, PREPARED);
          const allowed = persona.live ? [persona.home === 'a' ? CLINIC_A : CLINIC_B] : [];
          expect(
            rows.map(({ clinic }) => clinic),
            persona.name,
          ).toEqual(allowed);
        }
      });
    },
  );

  test('every tenant table: a statement prepared by one clinic shows the next caller nothing of it [N-11 -]', async () => {
    await onOneConnection(async (client) => {
      for (const table of [
        'patients',
        'patient_identity',
        'patient_clinical',
        'appointments',
        'consents',
        'organisation_members',
      ]) {
        const query = { name: `all_${table}`, text: `select organisation_id as clinic from public.${table}` };
        for (let round = 0; round < 6; round += 1) await request(client, personas.doctorOfB, query);
        const rows = await request<{ clinic: string }>(client, personas.doctor, query);
        expect(new Set(rows.map(({ clinic }) => clinic)), table).toEqual(new Set([CLINIC_A]));
        expect(await request(client, personas.stranger, query), table).toEqual([]);
      }
    });
  });

  test('nothing of a request outlives it: role, claims, choice and context are gone [N-11 N-23 -]', async () => {
    await onOneConnection(async (client) => {
      await request(client, personas.dual, { text: 'select public.set_context($1)', values: [CLINIC_B] });
      const left = await client.query(
        `select current_user as role, session_user as login, nullif(current_setting('request.jwt.claims', true), '') as claims,
                nullif(current_setting('app.current_clinic_id', true), '') as clinic,
                nullif(current_setting('app.current_organisation_id', true), '') as organisation,
                nullif(current_setting('app.pinned_organisation_id', true), '') as pin`,
      );
      expect(left.rows).toEqual([
        {
          role: 'authenticator',
          login: 'authenticator',
          claims: null,
          clinic: null,
          organisation: null,
          pin: null,
        },
      ]);
      const next = await request(client, personas.dualUndecided, PREPARED);
      expect(next).toEqual([]);
    });
  });

  test('a request that failed leaves nothing either [N-11 -]', async () => {
    await onOneConnection(async (client) => {
      await request(client, personas.doctor, { text: 'select 1 / 0' }).catch(() => undefined);
      await expect(client.query('select count(*) from public.patients')).rejects.toMatchObject({
        code: '42501',
      });
      expect(await request(client, personas.stranger, PREPARED)).toEqual([]);
    });
  });

  test('the login role itself reads and writes nothing [N-09 N-11 -]', async () => {
    await onOneConnection(async (client) => {
      for (const statement of [
        'select from public.patients',
        'select from public.organisations',
        `update public.patients set language = 'x'`,
      ]) {
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      }
    });
  });
});
