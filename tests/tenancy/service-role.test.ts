import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const INSERT = `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'SRV-1', 'By the server')`;
const UPDATE = `update public.patients set language = 'pt' where organisation_id = $1`;

describe('the service role, which no policy binds', () => {
  test.each([INSERT, UPDATE])('writes where the transaction is pinned to: %s [S-05 +]', async (statement) => {
    const affected = await database().as(personas.servicePinned, (session) =>
      session.affected(statement, [CLINIC_A]),
    );
    expect(affected).toBeGreaterThan(0);
  });

  test.each([INSERT, UPDATE])('writes nothing without a pin: %s [S-05 -]', async (statement) => {
    const outcome = await database().as(personas.service, (session) =>
      session.attempt(statement, [CLINIC_A]),
    );
    expect(outcome).toMatchObject({ ok: false, code: 'CD004' });
  });

  test.each([INSERT, UPDATE])('writes nothing elsewhere than pinned: %s [S-05 S-03 -]', async (statement) => {
    const outcome = await database().as(personas.servicePinned, (session) =>
      session.attempt(statement, [CLINIC_B]),
    );
    expect(outcome).toMatchObject({ ok: false, code: 'CD004' });
  });

  test('a statement over all tenants is refused as a whole [S-05 -]', async () => {
    const outcome = await database().as(personas.servicePinned, (session) =>
      session.attempt(`update public.patients set language = 'pt'`),
    );
    expect(outcome).toMatchObject({ ok: false, code: 'CD004' });
  });

  test.each(['', 'not-a-uuid', '*', `${CLINIC_A} `, CLINIC_A.replaceAll('-', '')])(
    'a pin that is not the id itself opens nothing: "%s" [S-05 -]',
    async (pin) => {
      const outcome = await database().as(
        personas.service,
        (session) => session.attempt(INSERT, [CLINIC_A]),
        {
          settings: { 'app.pinned_organisation_id': pin },
        },
      );
      expect(outcome).toMatchObject({ ok: false, code: 'CD004' });
    },
  );

  test('the pin ends with its transaction [S-05 -]', async () => {
    await database().as(personas.servicePinned, (session) => session.affected(INSERT, [CLINIC_A]));
    const outcome = await database().as(personas.service, (session) => session.attempt(INSERT, [CLINIC_A]));
    expect(outcome).toMatchObject({ ok: false, code: 'CD004' });
  });

  test('a pin does nothing for a caller whom policies bind [S-05 N-11 -]', async () => {
    const outcome = await database().as(
      personas.receptionist,
      (session) => session.attempt(INSERT, [CLINIC_B]),
      {
        settings: { 'app.pinned_organisation_id': CLINIC_B },
      },
    );
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });

  test('the migrating role, which bypasses policies as well, is held to the pin [S-05 -]', async () => {
    const outcome = await database().asPostgres((session) => session.attempt(UPDATE, [CLINIC_A]), {
      rollback: true,
    });
    expect(outcome).toMatchObject({ ok: false, code: 'CD004' });
  });

  test('replication mode does not silence the tenant trigger [S-05 -]', async () => {
    const outcome = await database().asSuperuser(
      async (session) => {
        await session.script(`set local session_replication_role = 'replica'`);
        return session.attempt(UPDATE, [CLINIC_A]);
      },
      { rollback: true },
    );
    expect(outcome).toMatchObject({ ok: false, code: 'CD004' });
  });

  test('its writes are stamped as the system, without a user [S-16 +]', async () => {
    const rows = await database().as(personas.servicePinned, async (session) =>
      session.rows(`${INSERT} returning actor_kind, created_by_user_id`, [CLINIC_A]),
    );
    expect(rows).toEqual([{ actor_kind: 'system', created_by_user_id: null }]);
  });

  test('an organisation is pinned by its own id [S-05 +]', async () => {
    const statement = `update public.organisations set name = 'Renamed' where id = '${CLINIC_A}'`;
    expect(await database().as(personas.servicePinned, (session) => session.affected(statement))).toBe(1);
  });

  test('a reference across organisations is refused whatever the pin [S-05 S-04 -]', async () => {
    const outcome = await database().as(personas.servicePinned, (session) =>
      session.attempt(
        `insert into public.consents (organisation_id, patient_id, purpose) values ($1, $2, 'research')`,
        [CLINIC_A, idOf('patient', 'b', '01')],
      ),
    );
    expect(outcome).toMatchObject({ ok: false, code: '23503' });
  });
});
