import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import { CLINIC_A, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { contentOf, INSERT_RECORD, PATIENT, recorded } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

describe('a superseded version', () => {
  /** The doctor on a connection of their own, in a transaction of this level that already has its snapshot. */
  async function older(level: string, between: () => Promise<unknown>, statement: string) {
    const client = new pg.Client({ connectionString: database().url('authenticator') });
    await client.connect();
    try {
      await client.query(`begin isolation level ${level}`);
      await client.query('set local role authenticated');
      await client.query(
        `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true)`,
        [JSON.stringify(personas.doctor.claims), JSON.stringify(FROM_THE_CLINIC)],
      );
      await client.query('select count(*) from public.medical_records');
      await between();
      return await client.query(statement).then(
        async () => client.query('commit').then(() => 'changed'),
        (error: pg.DatabaseError) => error.code,
      );
    } finally {
      await client.end();
    }
  }

  test.each(['repeatable read', 'serializable'])(
    'never changes through a snapshot from before: %s [S-16 -]',
    async (level) => {
      const id = await recorded(database());
      const before = await contentOf(database(), id);
      const update = `update public.medical_records set vitals = '{"heart_rate": 1}' where id = '${id}'`;
      expect(
        await older('read committed', async () => undefined, update.replace('1}', '72}')),
        'control: until then it may',
      ).toBe('changed');
      const kept = await contentOf(database(), id);
      expect(kept).not.toEqual(before);
      await older(level, () => recorded(database(), '{}', id), update);
      expect(await contentOf(database(), id)).toEqual(kept);
    },
  );

  test('keeps its details against who began to change them before it was superseded [S-16 -]', async () => {
    const id = await recorded(database());
    const write = (diagnosis: string) =>
      `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ('${CLINIC_A}', '${id}', '${PATIENT}', '${diagnosis}')`;
    await database().as(personas.doctor, (session) => session.affected(write('As relied upon')), {
      commit: true,
    });
    const superseded = await database().as(
      personas.doctor,
      async (late) => {
        await late.affected(
          `update public.medical_record_details set diagnosis = 'Afterthought' where id = '${id}'`,
        );
        return database().as(
          personas.doctor,
          async (session) => {
            await session.script(`set local lock_timeout = '500ms'`);
            return session.attempt(INSERT_RECORD, ['{}', id]);
          },
          { commit: true },
        );
      },
      { commit: true },
    );
    // Either the new version waits for the change it must include, or the change comes too late.
    const content = await contentOf(database(), id);
    expect([superseded.ok, content?.diagnosis]).not.toEqual([true, 'Afterthought']);
    if (!superseded.ok) await recorded(database(), '{}', id); // nobody holds it any more
    const late = await database().as(personas.doctor, (session) =>
      session.attempt(`update public.medical_record_details set diagnosis = 'Late' where id = '${id}'`),
    );
    expect(late).toMatchObject({ ok: false, code: 'CD011' });
  });

  test('is none that was put away: nobody corrects what nobody sees, and what is brought back is corrected again [S-16 -, S-16 +]', async () => {
    const id = await recorded(database());
    const put = (archived: string) =>
      database().as(
        personas.servicePinned,
        (session) =>
          session.attempt(
            `update public.medical_records set archived_at = ${archived} where organisation_id = $1 and id = $2`,
            [CLINIC_A, id],
          ),
        { commit: true },
      );
    const corrects = (who: Persona) =>
      database().as(who, (session) => session.attempt(INSERT_RECORD, ['{}', id]), { commit: true });
    expect(await put('now()')).toMatchObject({ ok: true, count: 1 });
    for (const who of [personas.doctor, personas.servicePinned])
      expect(await corrects(who), who.name).toMatchObject({ ok: false, code: '23503' });
    expect(await put('null'), 'a correction would hold it there').toMatchObject({ ok: true, count: 1 });
    expect(await corrects(personas.doctor)).toMatchObject({ ok: true, count: 1 });
  });

  test('is not changed by who leaves the clinic in the middle of the statement [S-16 -]', async () => {
    const first = await recorded(database());
    const id = await recorded(database());
    await recorded(database(), '{}', id);
    const before = await contentOf(database(), id);
    const outcome = await database().as(
      personas.doctor,
      (session) =>
        session.attempt(
          `update public.medical_records
           set vitals = case when id = '${id}' then jsonb_build_object('forged', set_config('app.current_organisation_id', '${NOBODY}', true)) else vitals end
           where id in ('${first}', '${id}')`,
        ),
      { commit: true },
    );
    expect(outcome).toMatchObject({ ok: false });
    expect(await contentOf(database(), id)).toEqual(before);
  });
});
