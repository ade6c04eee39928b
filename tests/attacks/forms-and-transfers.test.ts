import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { personas, transporters } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, consentOf } from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

const COMPANY = idOf('organisation', 'c');
const commit = { commit: true };
const _codeOf = (outcome: Outcome) => (outcome.ok ? 'done' : outcome.code);

/** An accepted transfer of Ana's, dispatched to the company under a consent of its own id; gives the transfer. */
async function named(consent: string): Promise<string> {
  await database().as(
    personas.receptionist,
    (session) =>
      session.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'transfer_disclosure')`,
        [CLINIC_A, consent, ANA],
      ),
    commit,
  );
  await database().as(
    personas.patient,
    (session) => session.rows(`update public.consents set status = 'active' where id = $1`, [consent]),
    commit,
  );
  return database().as(
    personas.nurse,
    async (session) => {
      const id = await session.value<string>(
        `insert into public.transfers (organisation_id, case_id, patient_id, pickup, destination) values ($1, $2, $3, 'A', 'B') returning id`,
        [CLINIC_A, idOf('case', 'a', '01'), ANA],
      );
      await session.rows(`update public.transfers set status = 'accepted' where id = $1`, [id]);
      await session.rows('select public.dispatch_transfer($1, $2)', [id, COMPANY]);
      return String(id);
    },
    commit,
  );
}
const nameIn = (session: Session, transfer: string) =>
  session.value<string>('select patient_name from public.transfer_job_details where transfer_id = $1', [
    transfer,
  ]);
const withdraw = (consent: string) =>
  database().as(
    personas.patient,
    (session) =>
      session.attempt(`update public.consents set status = 'withdrawn' where id = $1 and status = 'active'`, [
        consent,
      ]),
    commit,
  );

describe('a withdrawal', () => {
  test('waits for nobody at the company, whatever they hold [N-24 N-50 -]', async () => {
    const consent = idOf('consent', 'a', '51');
    const transfer = await named(consent);
    await database().as(transporters.dispatcher, async (session) => {
      expect(await nameIn(session, transfer)).toBe('Ana Souza');
      await session.rows('select from public.transfer_jobs where transfer_id = $1 for update', [transfer]);
      for (const lock of ['update', 'no key update', 'share', 'key share']) {
        expect(
          await session.attempt(`select id from public.transfer_job_patients for ${lock}`),
        ).toMatchObject({ ok: false, code: '42501' });
      }
      expect(await withdraw(consent)).toMatchObject({ ok: true, count: 1 });
      expect(await nameIn(session, transfer)).toBeNull();
    });
  });

  test.each([
    ['becomes inactive', `update public.patients set status = 'inactive' where id = '${ANA}'`],
    ['is archived', `update public.patients set archived_at = now() where id = '${ANA}'`],
  ])(
    'is no more needed once the patient %s: the company forgets them, and the clinic can still cancel [N-24 N-27 -]',
    async (_, end) => {
      await story(async (as) => {
        const owner = await as(personas.clinicAdmin);
        await owner.script('reset role');
        await owner.rows(
          `insert into public.consents (organisation_id, id, patient_id, purpose, status) values ($1, $2, $3, 'transfer_disclosure', 'active')`,
          [CLINIC_A, NOBODY, ANA],
        );
        const nurse = await as(personas.nurse);
        const transfer = idOf('transfer', 'a', '01');
        await nurse.rows(`update public.transfers set status = 'accepted' where id = $1`, [transfer]);
        await nurse.rows('select public.dispatch_transfer($1, $2)', [transfer, COMPANY]);
        expect(await nameIn(await as(transporters.dispatcher), transfer)).toBe('Ana Souza');
        // Nobody is archived who lies in a bed.
        await (await as(personas.nurse)).rows(`select public.discharge_patient($1, 'transferred')`, [
          idOf('admission', 'a', '01'),
        ]);
        await (await as(personas.clinicAdmin)).rows(end);
        expect(await nameIn(await as(transporters.dispatcher), transfer)).toBeNull();
        expect(
          await (await as(personas.nurse)).attempt('select public.cancel_transfer($1)', [transfer]),
        ).toMatchObject({ ok: true });
      });
    },
  );

  test('takes no other patient’s name away, nor that of a transfer of the same id of another clinic [N-24 S-04 +]', async () => {
    await story(async (as) => {
      const owner = await as(personas.nurse);
      const transfer = idOf('transfer', 'a', '01');
      const others = idOf('transfer', 'a', '79');
      await owner.script(`reset role; select set_config('request.jwt.claims', '', true)`);
      for (const [clinic, letter] of [
        [CLINIC_A, 'a'],
        [CLINIC_B, 'b'],
      ] as const) {
        await owner.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [clinic]);
        for (const part of ['01', '02']) {
          await owner.rows(
            `insert into public.consents (organisation_id, patient_id, purpose, status) values ($1, $2, 'transfer_disclosure', 'active')`,
            [clinic, idOf('patient', letter, part)],
          );
        }
        await owner.rows(
          `insert into public.transfers (organisation_id, id, case_id, patient_id, pickup, destination) values ($1, $2, $3, $4, 'A', 'B')`,
          [
            clinic,
            letter === 'a' ? others : transfer,
            idOf('case', letter, letter === 'a' ? '02' : '01'),
            idOf('patient', letter, letter === 'a' ? '02' : '01'),
          ],
        );
        await owner.rows(
          `update public.transfers set status = 'accepted' where organisation_id = $1 and id = any ($2::uuid[])`,
          [clinic, [transfer, others]],
        );
      }
      for (const [persona, id] of [
        [personas.nurse, transfer],
        [personas.nurse, others],
        [personas.doctorOfB, transfer],
      ] as const) {
        await (await as(persona)).rows('select public.dispatch_transfer($1, $2)', [id, COMPANY]);
      }
      const names = async () =>
        (
          await (
            await as(transporters.dispatcher)
          ).rows<{ name: string | null }>(
            `select origin_organisation_id = $1 as own, transfer_id = $2 as first, patient_name is not null as named
             from public.transfer_job_details where transfer_id = any ($3::uuid[]) order by 1 desc, 2 desc`,
            [CLINIC_A, transfer, [transfer, others]],
          )
        ).map((row) => (row as unknown as { named: boolean }).named);
      expect(await names()).toEqual([true, true, true]);
      await (await as(personas.patient)).rows(
        `update public.consents set status = 'withdrawn' where patient_id = $1 and purpose = 'transfer_disclosure' and status = 'active'`,
        [ANA],
      );
      expect(await names()).toEqual([false, true, true]);
    });
  });

  test('of a whole clinic, when operations close it [N-24 -]', async () => {
    await story(async (as) => {
      const owner = await as(personas.nurse);
      await owner.script('reset role');
      await owner.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, status) values ($1, $2, $3, 'transfer_disclosure', 'active')`,
        [CLINIC_A, NOBODY, ANA],
      );
      const nurse = await as(personas.nurse);
      const transfer = idOf('transfer', 'a', '01');
      await nurse.rows(`update public.transfers set status = 'accepted' where id = $1`, [transfer]);
      await nurse.rows('select public.dispatch_transfer($1, $2)', [transfer, COMPANY]);
      await as(personas.opsAdmin);
      await nurse.rows('update public.organisations set archived_at = now() where id = $1', [CLINIC_A]);
      expect(await nameIn(await as(transporters.dispatcher), transfer)).toBeNull();
    });
  });
});

describe('operations that dispatch for a clinic', () => {
  const transfer = idOf('transfer', 'a', '01');
  const agree = async (session: Session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    await session.rows(
      `insert into public.consents (organisation_id, id, patient_id, purpose, status) values ($1, $2, $3, 'transfer_disclosure', 'active')`,
      [CLINIC_A, NOBODY, ANA],
    );
    await session.rows(
      `update public.transfers set status = 'accepted' where organisation_id = $1 and id = $2`,
      [CLINIC_A, transfer],
    );
  };
  const send = (session: Session) =>
    session.attempt('select public.dispatch_transfer($1, $2, $3)', [transfer, COMPANY, CLINIC_A]);

  test('name the patient while it is open, and nobody once it is closed [N-24 N-45 +, N-24 -]', async () => {
    for (const [isClosed, name] of [
      [false, 'Ana Souza'],
      [true, null],
    ] as const) {
      await story(async (as) => {
        const owner = await as(personas.nurse);
        await owner.script('reset role');
        await agree(owner);
        const admin = await as(personas.opsAdmin);
        if (isClosed) {
          expect(
            await admin.affected('update public.organisations set archived_at = now() where id = $1', [
              CLINIC_A,
            ]),
          ).toBe(1);
        }
        expect(await send(await as(personas.opsAgent))).toMatchObject({ ok: true });
        const crew = await as(transporters.dispatcher);
        expect(await nameIn(crew, transfer)).toBe(name);
        await crew.script('reset role');
        expect(
          await crew.value(
            `select 'patient_name' = any (content) from public.disclosures where organisation_id = $1 and source_table = 'public.transfer_jobs' order by id desc limit 1`,
            [CLINIC_A],
          ),
        ).toBe(!isClosed);
      });
    }
  });

  test('while it is being closed name nobody: the one waits for the other [N-24 -]', async () => {
    const clone = await TestDatabase.clone(inject('server'));
    try {
      await clone.asSuperuser(agree);
      let closing: Promise<number> | undefined;
      await clone.as(
        personas.opsAgent,
        async (dispatching) => {
          expect(await send(dispatching)).toMatchObject({ ok: true });
          closing = clone.as(
            personas.opsAdmin,
            (session) =>
              session.affected('update public.organisations set archived_at = now() where id = $1', [
                CLINIC_A,
              ]),
            { commit: true },
          );
          await new Promise((resolve) => setTimeout(resolve, 500));
        },
        { commit: true },
      );
      expect(await closing).toBe(1);
      expect(
        await clone.asSuperuser((session) =>
          session.rows(
            'select patient_name from public.transfer_job_patients where origin_organisation_id = $1 and transfer_id = $2',
            [CLINIC_A, transfer],
          ),
        ),
      ).toEqual([{ patient_name: null }]);
    } finally {
      await clone.drop();
    }
  });
});

test('a picked-up job stays in sight until the patient has arrived, and an end of time is no pickup [N-24 S-18 -]', async () => {
  await story(async (as) => {
    const crew = await as(transporters.dispatcher);
    const id = await crew.value('select id from public.transfer_jobs where status = $1 limit 1', [
      'dispatched',
    ]);
    await crew.script('reset role');
    await crew.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [COMPANY]);
    await crew.rows(
      `update public.transfer_jobs set expires_at = now() + interval '1 minute' where organisation_id = $1 and id = $2`,
      [COMPANY, id],
    );
    await as(transporters.dispatcher);
    await crew.rows(`update public.transfer_jobs set status = 'picked_up' where id = $1`, [id]);
    expect(
      await crew.value(
        `select expires_at > now() + interval '23 hours' from public.transfer_jobs where id = $1`,
        [id],
      ),
    ).toBe(true);
    // What the crew cannot say any more, nobody could, and the transfer would never end; but a packet expires.
    expect(
      await crew.value(
        `select expires_at - now() between interval '29 days' and interval '31 days' from public.transfer_jobs where id = $1`,
        [id],
      ),
    ).toBe(true);
    expect(
      await crew.attempt(`update public.transfer_jobs set status = 'delivered' where id = $1`, [id]),
    ).toMatchObject({ ok: true, count: 1 });
    expect(
      await crew.value(
        `select expires_at <= clock_timestamp() + interval '1 hour' from public.transfer_jobs where id = $1`,
        [id],
      ),
    ).toBe(true);
    const nurse = await as(personas.nurse);
    for (const at of ['infinity', '9999-01-01']) {
      expect(
        await nurse.attempt('update public.transfers set pickup_at = $1 where id = $2', [
          at,
          idOf('transfer', 'a', '01'),
        ]),
      ).toMatchObject({ ok: false, code: '23514' });
    }
    expect(await consentOf(nurse, NOBODY)).toBeUndefined();
  });
});
