import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas, transporters } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { ANA, askedAtOnce, clock, erase, LATER, REQUEST } from '../support/erasure.ts';

describe('a hold and an erasure at once', () => {
  test('of two clinics wait for nothing of each other [N-49 S-04 -]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    const hold = (organisation: string, patient: string) => (session: Session) =>
      session.attempt(
        `insert into public.legal_holds (organisation_id, patient_id, reason) values ($1, $2, 'An order of the court.')`,
        [organisation, patient],
      );
    const patient = idOf('patient', 'b', '01');
    try {
      await clone.asPostgres(
        async (holding) => {
          await holding.script(
            `set local lock_timeout = '2s'; set local app.pinned_organisation_id = '${CLINIC_B}'`,
          );
          expect(await hold(CLINIC_B, patient)(holding)).toMatchObject({ ok: true });
          await clone.asPostgres(
            async (erasing) => {
              await erasing.script(
                `set local lock_timeout = '2s'; set local app.pinned_organisation_id = '${CLINIC_A}'`,
              );
              await erasing.rows(
                `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, 'erasure')`,
                [CLINIC_A, REQUEST, ANA],
              );
              expect(
                await erasing.attempt('select governance.erase_rows($1, $2, $3)', [CLINIC_A, ANA, REQUEST]),
              ).toMatchObject({ ok: true });
              expect(await hold(CLINIC_B, idOf('patient', 'b', '02'))(holding)).toMatchObject({ ok: true });
            },
            { rollback: true },
          );
        },
        { rollback: true },
      );
    } finally {
      await clone.drop();
    }
  });

  test('take turns: whichever is first, no hold comes to nothing unseen [N-49 -]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    const act = async (persona: Persona) => {
      const client = new pg.Client({ connectionString: clone.url('authenticator') });
      await client.connect();
      await client.query('begin');
      await client.query(`set local role ${persona.role}`);
      await client.query(
        `select set_config('request.jwt.claims', $1, true), set_config('request.headers', '{"x-forwarded-for": "192.0.2.10"}', true)`,
        [JSON.stringify(persona.claims)],
      );
      return client;
    };
    const hold = `insert into public.legal_holds (organisation_id, patient_id, reason) values ('${CLINIC_A}', '${ANA}', 'An order of the court.')`;
    try {
      await askedAtOnce(clone);
      // The hold first: the erasure waits for it, and is refused.
      const holding = await act(personas.privacyOfficer);
      const erasing = await act(personas.privacyOfficer);
      await holding.query(hold);
      const outcome = erasing.query(`select public.erase_subject('${REQUEST}')`).then(
        () => 'erased',
        (error: pg.DatabaseError) => error.code,
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      await holding.query('commit');
      expect(await outcome).toBe('CD020');
      await Promise.all([holding.end(), erasing.end()]);
      await clone.as(
        personas.privacyOfficer,
        (session) =>
          session.rows(`update public.legal_holds set released_at = now() where patient_id = '${ANA}'`),
        { commit: true },
      );

      // The erasure first: the hold waits until it is over.
      const first = await act(personas.privacyOfficer);
      const second = await act(personas.privacyOfficer);
      await first.query(`select public.erase_subject('${REQUEST}')`);
      let isHeld = false;
      const waiting = second.query(hold).then(() => {
        isHeld = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(isHeld).toBe(false);
      await first.query('commit');
      await waiting;
      await Promise.all([first.end(), second.end()]);
    } finally {
      await clone.drop();
    }
  });
});

/** What comes of an erasure that has begun, `at` another moment where one is given, and waits for its patient, and of what somebody asks for meanwhile. */
async function whileErasing(
  clone: TestDatabase,
  who: Persona,
  sql: string,
  values: readonly unknown[],
  at?: string,
): Promise<readonly Outcome[]> {
  const asked = (persona: Persona, text: string, parameters: readonly unknown[]) =>
    clone.as(persona, (session) => session.attempt(text, parameters), { commit: true });
  const waiting = `select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const wait = async (count: number) => {
    while ((await clone.asSuperuser((session) => session.value<number>(waiting))) !== count);
  };
  await askedAtOnce(clone);
  const both = await clone.asSuperuser(async (holding) => {
    const held = 'select from public.patients where organisation_id = $1 and id = $2 for no key update';
    await holding.rows(held, [CLINIC_A, ANA]);
    const erased = clone.as(
      personas.privacyOfficer,
      async (session) => {
        if (at) await clock(session, at);
        return session.attempt('select public.erase_subject($1)', [REQUEST]);
      },
      { commit: true },
    );
    await wait(1);
    const meanwhile = asked(who, sql, values);
    await wait(2);
    return [erased, meanwhile];
  });
  return Promise.all(both);
}
const BOTH = [
  { ok: true, count: 1 },
  { ok: true, count: 1 },
];

describe('who comes while a patient is erased', () => {
  test('proposes a login after it, and neither is turned away [N-49 N-50 +, N-50 -]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    try {
      const propose = `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'proxy')`;
      const values = [CLINIC_A, idOf('portal', 'a', '03'), ANA];
      expect(await whileErasing(clone, personas.receptionist, propose, values)).toMatchObject(BOTH);
    } finally {
      await clone.drop();
    }
  });

  test('puts right the birth date of a child, of whom somebody is guardian, and neither is turned away [N-49 N-15 +, N-49 N-15 -]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    try {
      // Once nothing keeps a chart any longer, it goes with the birth date.
      const later =
        'update public.patient_identity set birth_date = current_date - 10 where organisation_id = $1 and id = $2';
      const child = [CLINIC_A, idOf('patient', 'a', '02')];
      expect(await whileErasing(clone, personas.receptionist, later, child, LATER)).toMatchObject(BOTH);
    } finally {
      await clone.drop();
    }
  });

  test('registers patients elsewhere for long, and keeps waiting neither a preview nor an erasure of whose chart is kept [N-49 N-24 -, N-49 +]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    const ask = (what: string) =>
      clone.as(
        personas.privacyOfficer,
        (session) => session.attempt(`select public.${what}($1)`, [REQUEST]),
        { commit: true },
      );
    try {
      await askedAtOnce(clone);
      await clone.asSuperuser(async (importing) => {
        await importing.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
        const written = `update public.patient_identity set nationality = 'TH' where organisation_id = $1`;
        expect(await importing.affected(written, [CLINIC_B])).toBeGreaterThan(0);
        for (const what of ['plan_erasure', 'erase_subject'])
          expect(await ask(what), what).toMatchObject({ ok: true });
      });
    } finally {
      await clone.drop();
    }
  });

  test('sets a hold after it, which says so: nobody finds destroyed what was held [N-49 +, N-49 -]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    try {
      const hold = `insert into public.legal_holds (organisation_id, patient_id, reason) values ($1, $2, 'An order of the court.')`;
      expect(await whileErasing(clone, personas.privacyOfficer, hold, [CLINIC_A, ANA])).toMatchObject(BOTH);
      const told = await clone.asSuperuser((session) =>
        session.rows(
          `select h.created_at > (select max(t.destroyed_at) from governance.tombstones as t where t.cause_id = $2) as is_after
           from public.legal_holds as h where h.patient_id = $1`,
          [ANA, REQUEST],
        ),
      );
      expect(told).toEqual([{ is_after: true }]);
    } finally {
      await clone.drop();
    }
  });
});

describe('a company that keeps a job locked', () => {
  test('keeps the erasure of whom it drives waiting, and neither a hold of the clinic behind it nor a preview, which is asked for again [N-49 N-24 -, N-49 +]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    const transfer = idOf('transfer', 'a', '01');
    const keep = { commit: true };
    try {
      await clone.as(
        personas.nurse,
        async (session) => {
          await session.rows(`update public.transfers set status = 'accepted' where id = $1`, [transfer]);
          await session.rows('select public.dispatch_transfer($1, $2)', [
            transfer,
            idOf('organisation', 'c'),
          ]);
        },
        keep,
      );
      await askedAtOnce(clone);
      const planned = () =>
        clone.as(personas.privacyOfficer, (session) =>
          session.attempt('select public.plan_erasure($1)', [REQUEST]),
        );
      let erasing: Promise<unknown> = Promise.resolve();
      await clone.as(transporters.dispatcher, async (company) => {
        await company.rows('select id from public.transfer_jobs where transfer_id = $1 for update', [
          transfer,
        ]);
        const asked = Date.now();
        expect(await planned()).toMatchObject({ ok: false, code: 'CD018' });
        expect(Date.now() - asked, 'hardly any wait').toBeLessThan(4000);
        let isErased = false;
        erasing = clone.as(personas.privacyOfficer, async (session) => {
          const outcome = await session.attempt('select public.erase_subject($1)', [REQUEST]);
          isErased = true;
          return outcome;
        });
        await new Promise((resolve) => setTimeout(resolve, 500));
        await clone.as(personas.privacyOfficer, async (session) => {
          await session.script(`set local lock_timeout = '2s'`);
          expect(
            await session.attempt(
              `insert into public.legal_holds (organisation_id, patient_id, reason) values ($1, $2, 'An order of the court.')`,
              [CLINIC_A, idOf('patient', 'a', '02')],
            ),
          ).toMatchObject({ ok: true });
        });
        expect(isErased, 'control: the erasure does wait').toBe(false);
      });
      expect(await erasing).toMatchObject({ ok: true });
      expect(await planned(), 'control').toMatchObject({ ok: true });
    } finally {
      await clone.drop();
    }
  });
});

test('an erasure waits five seconds for who writes where it destroys, of whatever clinic, and then keeps nobody waiting behind it [N-49 -, N-49 +]', async () => {
  const clone = await TestDatabase.clone(inject('server'));
  const commit = { commit: true };
  const erasing = () =>
    clone.as(
      personas.privacyOfficer,
      async (session) => {
        await clock(session, LATER);
        return erase(session);
      },
      commit,
    );
  const paid = () =>
    clone.asSuperuser((session) =>
      session.value<number>(
        'select count(*)::integer from public.payments where organisation_id = $1 and patient_id = $2',
        [CLINIC_A, ANA],
      ),
    );
  try {
    await askedAtOnce(clone);
    const before = await paid();
    expect(before, 'control').toBeGreaterThan(0);
    await clone.asSuperuser(async (writing) => {
      await writing.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
      // Of another clinic, and it takes its time.
      expect(
        await writing.affected(
          `update public.payments set terminal_reference = terminal_reference where organisation_id = $1`,
          [CLINIC_B],
        ),
      ).toBeGreaterThan(0);
      const started = Date.now();
      expect(await erasing()).toMatchObject({ ok: false, code: 'CD018' });
      expect(Date.now() - started).toBeLessThan(15_000);
    });
    expect(await paid()).toBe(before);
    // Of two at once, one erases, and what it buried is closed once.
    const outcomes = await Promise.all([erasing(), erasing()]);
    expect(outcomes.map((outcome) => (outcome.ok ? 'erased' : outcome.code)).sort()).toEqual([
      'CD013',
      'erased',
    ]);
    expect(await paid()).toBe(0);
    await clone.as(personas.auditor, async (session) => {
      expect(await session.rows('select * from public.bent_tombstones()')).toEqual([]);
      expect(
        await session.value(
          `select count(*)::integer from public.tombstones where cause_id = $1 and relation = 'governance.tombstones'`,
          [REQUEST],
        ),
      ).toBe(1);
    });
  } finally {
    await clone.drop();
  }
}, 60_000);
