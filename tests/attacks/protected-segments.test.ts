import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { contentOf, evaluate, INSERT_RECORD, PATIENT, recorded } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

const PSYCHIATRIC = idOf('record', 'a', '02');

describe('a protected segment', () => {
  test('is not told to a nurse by an explanation: such a record is not found [N-01 N-08 -]', async () => {
    const random = await evaluate(database(), personas.nurse, 'medical_records', 'SELECT', NOBODY);
    expect(random).toMatchObject({ reason: 'not found' });
    for (const operation of ['SELECT', 'UPDATE']) {
      expect(await evaluate(database(), personas.nurse, 'medical_records', operation, PSYCHIATRIC)).toEqual(
        random,
      );
    }
    expect(
      await evaluate(database(), personas.doctor, 'medical_records', 'SELECT', PSYCHIATRIC),
      'control',
    ).toMatchObject({
      allowed: true,
    });
  });

  test('is superseded by no nurse, who is answered as for a random id [N-01 S-16 -]', async () => {
    const supersede = (persona: Persona, id: string) =>
      database().as(persona, (session) => session.attempt(INSERT_RECORD, ['{}', id]));
    const refused = await supersede(personas.nurse, NOBODY);
    expect(refused).toMatchObject({ ok: false, code: '23503' });
    expect(await supersede(personas.doctor, PSYCHIATRIC), 'control').toMatchObject({ ok: true });
    expect(await supersede(personas.nurse, PSYCHIATRIC)).toMatchObject({ ok: false, code: '23503' });
  });

  test('covers the versions before it: no nurse reads on, and no error tells her of the later one [N-01 -]', async () => {
    const id = await recorded(database());
    const read = (session: Session) =>
      session.value('select count(*)::integer from public.medical_records where id = $1', [id]);
    expect(await database().as(personas.nurse, read), 'control').toBe(1);
    await recorded(database(), '{HIV}', id);
    const [seen, told] = await database().as(personas.nurse, async (session) => [
      await read(session),
      await session.attempt(`update public.medical_records set vitals = '{}' where id = '${id}'`),
    ]);
    expect(seen).toBe(0);
    expect(told).toMatchObject({ ok: true, count: 0 });
  });

  test('covers a correction that says nothing of it, until it is taken off, of which an event tells [N-01 N-37 -, N-01 +]', async () => {
    const first = await recorded(database(), '{PSY}');
    const [second, wider] = [await recorded(database(), '{}', first), await recorded(database(), '{HIV}')];
    const third = await recorded(database(), '{PSY}', wider);
    const segmentsOf = async (id: string) => (await contentOf(database(), id))?.segments;
    const read = (session: Session) =>
      session.value('select count(*)::integer from public.medical_records where id = any ($1)', [
        [first, second, wider, third],
      ]);
    expect(await database().as(personas.doctor, read), 'control').toBe(4);
    expect(await database().as(personas.nurse, read)).toBe(0);
    expect([await segmentsOf(second), await segmentsOf(third)]).toEqual([['PSY'], ['HIV', 'PSY']]);
    await tellStory(database(), async (as) => {
      const doctor = await as(personas.doctor);
      await doctor.rows(`update public.medical_records set segments = '{}' where id = $1`, [second]);
      expect(await read(await as(personas.nurse)), 'control').toBe(1);
      const officer = await as(personas.privacyOfficer);
      expect(
        await officer.rows('select event_type from public.security_events where entity_id = $1', [second]),
      ).toEqual([{ event_type: 'medical_record.unprotected' }]);
    });
  });

  test('covers the versions after it too, if it is added when they are there: no nurse reads the same visit in a correction [N-01 -, N-01 +]', async () => {
    const [other, first] = [await recorded(database()), await recorded(database())];
    const second = await recorded(database(), '{}', first);
    const third = await recorded(database(), '{}', second);
    const seen = async (persona: Persona) =>
      database().as(persona, (session) =>
        session.rows('select version, segments from public.medical_records where id = any ($1) order by 1', [
          [first, second, third],
        ]),
      );
    const protect = (id: string) =>
      database().as(
        personas.doctor,
        (session) =>
          session.affected(`update public.medical_records set segments = segments || '{PSY}' where id = $1`, [
            id,
          ]),
        { commit: true },
      );
    await protect(other);
    expect(await seen(personas.nurse), 'control').toHaveLength(3);
    expect(await protect(first)).toBe(1);
    expect(await seen(personas.nurse)).toEqual([]);
    expect(await seen(personas.doctor), 'control').toEqual(
      [1, 2, 3].map((version) => ({ version, segments: ['PSY'] })),
    );
  });

  test.each([
    ['read committed', 'ok', 0],
    ['repeatable read', 'CD007', 2],
    ['serializable', 'CD007', 2],
  ])(
    'is added in %s while a nurse corrects the record: her correction is not left open, or nothing is protected [N-01 -, N-01 +]',
    async (level, outcome, open) => {
      const first = await recorded(database());
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
        await database().as(personas.nurse, (session) => session.rows(INSERT_RECORD, ['{}', first]), {
          commit: true,
        });
        const told = await client
          .query(`update public.medical_records set segments = '{PSY}' where id = $1`, [first])
          .then(
            () => 'ok',
            (error: pg.DatabaseError) => error.code,
          );
        expect(told).toBe(outcome);
        await client.query('commit');
      } finally {
        await client.end();
      }
      const read = await database().as(personas.nurse, (session) =>
        session.rows('select id from public.medical_records where id = $1 or supersedes_id = $1', [first]),
      );
      expect(read).toHaveLength(open);
    },
  );

  test('lets nothing through MERGE, ON CONFLICT or a row lock [N-01 -]', async () => {
    const before = await contentOf(database(), PSYCHIATRIC);
    const merge = `merge into public.medical_records as r using (values ('${PSYCHIATRIC}'::uuid)) as s (id) on r.id = s.id
      when matched then update set vitals = '{"forged": 1}'`;
    const upsert = `insert into public.medical_records (organisation_id, id, patient_id, record_type)
      values ('${CLINIC_A}', '${PSYCHIATRIC}', '${PATIENT}', 'observation')
      on conflict (organisation_id, id) do update set vitals = '{"forged": 1}'`;
    const lock = `select id from public.medical_records where id = '${PSYCHIATRIC}' for update`;
    const outcomes = await database().as(
      personas.nurse,
      async (session) => [
        await session.attempt(merge),
        await session.attempt(upsert),
        await session.attempt(lock),
      ],
      { commit: true },
    );
    expect(outcomes).toMatchObject([
      { ok: true, count: 0 },
      { ok: false, code: '42501' },
      { ok: true, count: 0 },
    ]);
    expect(await contentOf(database(), PSYCHIATRIC)).toEqual(before);
    const control = await database().as(personas.doctor, (session) => session.attempt(lock));
    expect(control).toMatchObject({ ok: true, count: 1 });
  });

  test('is shown to no cheap function of a nurse’s own in WHERE, through the view neither [N-01 S-02 -]', async () => {
    const spy = async (session: Session) => {
      await session.script(
        `create function pg_temp.spy(id uuid) returns boolean language plpgsql cost 0.0000001 as
         $f$ begin perform set_config('test.spied', concat(current_setting('test.spied', true), ' ', id), true); return true; end $f$`,
      );
      for (const relation of ['medical_records', 'medical_record_overview']) {
        await session.rows(`select id from public.${relation} where pg_temp.spy(id)`);
      }
      return session.value<string>(`select current_setting('test.spied', true)`);
    };
    const seen = await database().as(personas.nurse, spy);
    expect(seen).toContain(idOf('record', 'a', '01'));
    expect(seen).not.toContain(PSYCHIATRIC);
    expect(seen).not.toContain(idOf('record', 'b', '01'));
    expect(await database().as(personas.doctor, spy), 'control').toContain(PSYCHIATRIC);
  });

  test('is taken off by nobody in silence: what opened a record to nurses, for however short, is told, and not which it was [N-01 N-37 -, N-37 +]', async () => {
    const owner: Persona = { ...personas.servicePinned, name: 'owner', role: 'postgres' as never };
    for (const hand of [personas.doctor, personas.servicePinned, owner]) {
      await tellStory(database(), async (as) => {
        const set = async (what: string) =>
          (await as(hand)).affected(
            `update public.medical_records set ${what} where organisation_id = $1 and id = $2`,
            [CLINIC_A, PSYCHIATRIC],
          );
        const told = async () =>
          (await as(personas.privacyOfficer)).rows(
            `select event_type as type, actor_user_id as by, details from public.security_events
             where entity_id = $1 and transaction_id::text = pg_current_xact_id()::text`,
            [PSYCHIATRIC],
          );
        const reads = async () =>
          (
            await (
              await as(personas.nurse)
            ).rows('select from public.medical_records where id = $1', [PSYCHIATRIC])
          ).length;
        for (const what of [`vitals = vitals`, `segments = '{PSY,HIV}'`, `segments = '{HIV,PSY}'`])
          expect(await set(what)).toBe(1);
        expect([await reads(), await told()], 'control').toEqual([0, []]);
        expect(await set(`segments = '{}'`)).toBe(1);
        expect(await reads(), 'control').toBe(1);
        expect(await set(`segments = '{PSY}'`)).toBe(1);
        expect(await told(), hand.name).toEqual([
          {
            type: 'medical_record.unprotected',
            by: hand === personas.doctor ? hand.userId : null,
            details: {},
          },
        ]);
      });
    }
  });
});
