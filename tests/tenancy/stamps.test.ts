import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const FORGED = '2001-01-01 00:00:00+00';
const PATIENT = idOf('patient', 'a', '01');
/** Lies in no bed, so that they can be archived. */
const UNADMITTED = idOf('patient', 'a', '02');

/** Columns a forger would like to write, on a table where somebody granted them all. */
const GRANT = `grant insert, update, select on public.patients to authenticated`;

async function forging<T>(fn: (session: Session) => Promise<T>): Promise<T> {
  return database().asPostgres(
    async (session) => {
      await session.script(GRANT);
      await session.script('set local role authenticated');
      await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify(personas.receptionist.claims),
      ]);
      return fn(session);
    },
    { rollback: true },
  );
}

describe('who did what', () => {
  test('an insert is stamped with the caller and the clock [S-16 +]', async () => {
    const [row] = await database().as(personas.receptionist, (session) =>
      session.rows(
        `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'STAMP-1', 'Stamped')
         returning created_by_user_id, updated_by_user_id, actor_kind, archived_at,
           created_at between now() and clock_timestamp() as is_now`,
        [CLINIC_A],
      ),
    );
    expect(row).toEqual({
      created_by_user_id: personas.receptionist.userId,
      updated_by_user_id: personas.receptionist.userId,
      actor_kind: 'user',
      archived_at: null,
      is_now: true,
    });
  });

  test('an update is stamped, and who created the row stays [S-16 +]', async () => {
    const [row] = await database().as(personas.doctor, (session) =>
      session.rows(
        `update public.patients set language = 'es' where id = $1
         returning created_by_user_id, updated_by_user_id, updated_at > created_at as is_later`,
        [PATIENT],
      ),
    );
    expect(row).toEqual({
      created_by_user_id: null,
      updated_by_user_id: personas.doctor.userId,
      is_later: true,
    });
  });

  test('a client cannot name a stamp column at all [S-16 -]', async () => {
    for (const column of [
      'created_at',
      'created_by_user_id',
      'updated_at',
      'updated_by_user_id',
      'actor_kind',
      'archived_by_user_id',
    ]) {
      const outcome = await database().as(personas.receptionist, (session) =>
        session.attempt(`update public.patients set ${column} = default where id = $1`, [PATIENT]),
      );
      expect(outcome, column).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('where a client can, what they send on insert is ignored [S-16 -]', async () => {
    const [row] = await forging((session) =>
      session.rows(
        `insert into public.patients (organisation_id, mrn, full_name, created_at, created_by_user_id, updated_at,
           updated_by_user_id, actor_kind, archived_at, archived_by_user_id)
         values ($1, 'FORGED-1', 'Forged', $2, $3, $2, $3, 'system', $2, $3)
         returning created_by_user_id, updated_by_user_id, actor_kind, archived_at, archived_by_user_id, created_at < now() as is_old`,
        [CLINIC_A, FORGED, NOBODY],
      ),
    );
    expect(row).toEqual({
      created_by_user_id: personas.receptionist.userId,
      updated_by_user_id: personas.receptionist.userId,
      actor_kind: 'user',
      archived_at: null,
      archived_by_user_id: null,
      is_old: false,
    });
  });

  test('where a client can, what they send on update is ignored [S-16 -]', async () => {
    const [row] = await forging((session) =>
      session.rows(
        `update public.patients
            set created_at = $2, created_by_user_id = $3, updated_at = $2, updated_by_user_id = $3, actor_kind = 'system',
                archived_by_user_id = $3
          where id = $1
          returning created_by_user_id, updated_by_user_id, actor_kind, archived_by_user_id,
            created_at <= '2002-01-01' or updated_at <= '2002-01-01' as is_forged`,
        [PATIENT, FORGED, NOBODY],
      ),
    );
    expect(row).toEqual({
      created_by_user_id: null,
      updated_by_user_id: personas.receptionist.userId,
      actor_kind: 'user',
      archived_by_user_id: null,
      is_forged: false,
    });
  });

  test('archiving is stamped once, with the caller and the clock, whatever date is sent [S-16 -]', async () => {
    const stamp = 'archived_by_user_id, archived_at = now() as is_now';
    const rows = await database().as(personas.clinicAdmin, async (session) => [
      ...(await session.rows(`update public.patients set archived_at = $2 where id = $1 returning ${stamp}`, [
        UNADMITTED,
        FORGED,
      ])),
      ...(await session.rows(`update public.patients set language = 'it' where id = $1 returning ${stamp}`, [
        UNADMITTED,
      ])),
    ]);
    const archived = { archived_by_user_id: personas.clinicAdmin.userId, is_now: true };
    expect(rows).toEqual([archived, archived]);
  });

  test('an archived row is not brought back by clearing the date [S-16 S-03 -]', async () => {
    const affected = await database().as(personas.clinicAdmin, (session) =>
      session.affected('update public.patients set archived_at = null where id = $1', [
        idOf('patient', 'a', '05'),
      ]),
    );
    expect(affected).toBe(0);
  });
});

describe('a status', () => {
  const APPOINTMENT = idOf('appointment', 'a', '01');

  test('that flips tells when and by whom [S-16 +]', async () => {
    const [row] = await database().as(personas.receptionist, (session) =>
      session.rows(
        `update public.appointments set status = 'confirmed' where id = $1
         returning last_status_change_by_user_id, last_status_change_at >= now() as is_now`,
        [APPOINTMENT],
      ),
    );
    expect(row).toEqual({ last_status_change_by_user_id: personas.receptionist.userId, is_now: true });
  });

  test('that does not flip keeps its stamp through other edits [S-16 -]', async () => {
    const [row] = await database().as(personas.receptionist, (session) =>
      session.rows(
        `update public.appointments set ends_at = ends_at + interval '5 minutes', status = status where id = $1
         returning last_status_change_by_user_id, last_status_change_at < now() as is_old`,
        [APPOINTMENT],
      ),
    );
    expect(row).toEqual({ last_status_change_by_user_id: null, is_old: true });
  });

  test('stamp cannot be forged [S-16 -]', async () => {
    const outcome = await database().as(personas.receptionist, (session) =>
      session.attempt('update public.appointments set last_status_change_at = $1', [FORGED]),
    );
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });
});
