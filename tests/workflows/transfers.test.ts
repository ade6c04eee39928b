import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas, transporters } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import {
  ANA,
  ASKED,
  accepted,
  CASE,
  COMPANY,
  DRIVEN,
  dispatch,
  jobs,
  statusOf,
} from '../support/transfers.ts';

const database = useDatabase();
const { dispatcher } = transporters;
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

describe('a dispatched transfer', () => {
  test("stands in the company's own tenant as a minimal packet that names nobody without consent [N-24 N-45 +]", async () => {
    await story(async (as) => {
      expect(await dispatch(await accepted(as, false), ASKED, COMPANY)).toMatchObject({ ok: true });
      const [job] = await jobs(await as(dispatcher));
      expect(job).toMatchObject({
        status: 'dispatched',
        packet: {
          pickup: 'Ward 1, ground floor',
          destination: 'Regional hospital, entrance B',
          pickup_at: null,
          mobility: 'stretcher',
          priority: 'urgent',
        },
      });
      expect(Object.keys(job?.packet ?? {})).toHaveLength(5);
    });
  });

  test('names the patient under their consent, and no longer in the transaction that withdraws it [N-24 N-45 N-50 +]', async () => {
    await story(async (as) => {
      await dispatch(await accepted(as, true), ASKED, COMPANY);
      const named = async () => (await jobs(await as(dispatcher)))[0];
      expect(await named()).toMatchObject({ patient_name: 'Ana Souza', language: 'pt-BR' });
      const patient = await as(personas.patient);
      await patient.rows(`update public.consents set status = 'withdrawn' where id = $1`, [NOBODY]);
      const job = await named();
      expect(job).toMatchObject({
        packet: { pickup: 'Ward 1, ground floor' },
        patient_name: null,
        language: null,
      });
    });
  });

  test('names nobody under a consent that ends before the packet does, or to another purpose [N-45 N-48 -]', async () => {
    for (const [purpose, expires] of [
      ['transfer_disclosure', `now() + interval '23 hours'`],
      ['ops_handoff', 'null'],
    ]) {
      await story(async (as) => {
        const proposing = await as(personas.receptionist);
        await proposing.rows(
          `insert into public.consents (organisation_id, id, patient_id, purpose, expires_at) values ($1, $2, $3, $4, ${expires})`,
          [CLINIC_A, NOBODY, ANA, purpose],
        );
        await (await as(personas.patient)).rows(
          `update public.consents set status = 'active' where id = $1`,
          [NOBODY],
        );
        await dispatch(await accepted(as, false), ASKED, COMPANY);
        expect((await jobs(await as(dispatcher)))[0]?.patient_name).toBeNull();
      });
    }
  });

  test('shows the company no row of the clinic, and the clinic no row of the company [S-04 N-24 -]', async () => {
    await database().as(dispatcher, async (session) => {
      expect(await jobs(session)).toHaveLength(2);
      for (const table of ['transfers', 'patients', 'cases', 'admissions', 'consents']) {
        expect(await session.rows(`select 1 from public.${table}`), table).toEqual([]);
      }
    });
    for (const persona of [personas.clinicAdmin, personas.clinicAdminOfB]) {
      const seen = await database().as(persona, (session) =>
        session.rows<{ o: string }>('select distinct organisation_id as o from public.transfer_jobs'),
      );
      expect(seen).toHaveLength(1);
      expect(seen[0]?.o).not.toBe(COMPANY);
    }
  });

  test("follows the company's job back to the clinic, and both timelines tell it [S-18 S-20 N-24 +]", async () => {
    await story(async (as) => {
      await dispatch(await accepted(as, true), ASKED, COMPANY);
      const crew = await as(dispatcher);
      const [job] = await jobs(crew);
      for (const status of ['picked_up', 'delivered']) {
        expect(
          await crew.attempt('update public.transfer_jobs set status = $1 where id = $2', [status, job?.id]),
        ).toMatchObject({ ok: true, count: 1 });
        expect(await statusOf(await as(personas.nurse), ASKED)).toBe(status);
        await as(dispatcher);
      }
      const [ended] = await crew.rows(
        `select patient_name is not null as named, expires_at <= clock_timestamp() + interval '1 hour' as soon from public.transfer_job_details where id = $1`,
        [job?.id],
      );
      expect(ended).toEqual({ named: false, soon: true });
      const told = (session: Session, entity: string) =>
        session.rows(
          'select event_type, details, actor_user_id as who from public.case_timeline where entity_id = $1 order by occurred_at',
          [entity],
        );
      const who = dispatcher.userId;
      expect((await told(crew, String(job?.id))).slice(1)).toEqual([
        { event_type: 'transfer_job.status_changed', details: { from: 'dispatched', to: 'picked_up' }, who },
        { event_type: 'transfer_job.status_changed', details: { from: 'picked_up', to: 'delivered' }, who },
      ]);
      const nurse = await as(personas.nurse);
      expect((await told(nurse, ASKED)).slice(-3)).toEqual([
        {
          event_type: 'transfer.dispatched',
          details: { transport_organisation_id: COMPANY },
          who: personas.nurse.userId,
        },
        { event_type: 'transfer.status_changed', details: { from: 'dispatched', to: 'picked_up' }, who },
        { event_type: 'transfer.status_changed', details: { from: 'picked_up', to: 'delivered' }, who },
      ]);
      expect(
        await nurse.attempt(`update public.transfers set status = 'completed' where id = $1`, [ASKED]),
      ).toMatchObject({ ok: true, count: 1 });
    });
  });

  test('is gone from the company when its packet expires, and cannot be moved any more [N-24 -]', async () => {
    await story(async (as) => {
      const crew = await as(dispatcher);
      const [job] = await jobs(crew);
      await crew.script('reset role');
      await crew.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [COMPANY]);
      expect(
        await crew.affected(
          `update public.transfer_jobs set expires_at = statement_timestamp() where organisation_id = $1 and id = $2`,
          [COMPANY, job?.id],
        ),
      ).toBe(1);
      await as(dispatcher);
      expect((await jobs(crew)).map(({ id }) => id)).not.toContain(job?.id);
      expect(
        await crew.affected(`update public.transfer_jobs set status = 'picked_up' where id = $1`, [job?.id]),
      ).toBe(0);
      await as(personas.opsAgent);
      expect(
        await crew.rows('select 1 from public.transfer_jobs where organisation_id = $1 and id = $2', [
          COMPANY,
          job?.id,
        ]),
      ).toEqual([]);
    });
  });

  test('keeps its route, its company and its packet, whoever asks [N-24 S-18 -]', async () => {
    await database().as(personas.clinicAdmin, async (session) => {
      expect(
        await session.attempt(`update public.transfers set destination = 'Elsewhere' where id = $1`, [
          DRIVEN,
        ]),
      ).toMatchObject({ ok: false, code: 'CD013' });
      // A transfer that waits may still change.
      expect(
        await session.attempt(`update public.transfers set destination = 'Elsewhere' where id = $1`, [ASKED]),
      ).toMatchObject({ ok: true, count: 1 });
      expect(
        await session.attempt('update public.transfers set transport_organisation_id = $1 where id = $2', [
          CLINIC_B,
          ASKED,
        ]),
      ).toMatchObject({ ok: false, code: '42501' });
      for (const column of ['packet', 'expires_at', 'origin_organisation_id', 'transfer_id']) {
        expect(await session.attempt(`update public.transfer_jobs set ${column} = ${column}`)).toMatchObject({
          ok: false,
          code: '42501',
        });
      }
    });
    // The owner's hand is held too.
    await database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.rows(
          'update public.transfers set transport_organisation_id = $1 where organisation_id = $1 and id = $2',
          [CLINIC_A, DRIVEN],
        );
        expect(
          await session.value(
            'select transport_organisation_id from public.transfers where organisation_id = $2 and id = $1',
            [DRIVEN, CLINIC_A],
          ),
        ).toBe(COMPANY);
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [COMPANY]);
        expect(
          await session.attempt(
            `update public.transfer_jobs set transfer_id = $1 where origin_organisation_id = $2 and organisation_id = $3`,
            [ASKED, CLINIC_A, COMPANY],
          ),
        ).toMatchObject({ ok: false, code: 'CD013' });
        expect(
          await session.attempt(
            `update public.transfer_jobs set packet = packet || '{"diagnosis": "x"}' where organisation_id = $1`,
            [COMPANY],
          ),
        ).toMatchObject({ ok: false, code: '23514' });
      },
      { rollback: true },
    );
  });
});

describe('dispatching', () => {
  test('takes an accepted transfer, once [S-18 -]', async () => {
    await database().as(personas.nurse, async (session) => {
      expect(await dispatch(session, ASKED, COMPANY)).toMatchObject({ ok: false, code: 'CD013' });
      await session.rows(`update public.transfers set status = 'accepted' where id = $1`, [ASKED]);
      expect(await dispatch(session, ASKED, COMPANY)).toMatchObject({ ok: true });
      expect(await dispatch(session, ASKED, COMPANY)).toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test.each([
    ['to a clinic that is not its own', ASKED, CLINIC_B],
    ['to a closed organisation', ASKED, idOf('organisation', 'd')],
    ['to nobody', ASKED, NOBODY],
    ["of another clinic's transfer", idOf('transfer', 'b', '01'), COMPANY],
    ['of a transfer that does not exist', NOBODY, COMPANY],
  ])('never happens %s [S-04 N-24 -]', async (_, transfer, company) => {
    await story(async (as) => {
      const nurse = await accepted(as, false);
      const outcome = await dispatch(nurse, transfer, company);
      expect(outcome).toMatchObject({ ok: false, code: 'CD010' });
      expect(await dispatch(nurse, ASKED, CLINIC_A)).toMatchObject({ ok: true });
    });
  });

  test('answers for a transfer of another clinic as for none, named or not [S-04 -]', async () => {
    await database().as(personas.nurse, async (session) => {
      const told = new Set<string>();
      for (const [transfer, at] of [
        [idOf('transfer', 'b', '01'), null],
        [idOf('transfer', 'b', '01'), CLINIC_B],
        [NOBODY, null],
        [NOBODY, CLINIC_A],
        [ASKED, CLINIC_B],
      ] as const) {
        told.add(JSON.stringify(await dispatch(session, transfer, COMPANY, at)));
      }
      expect([...told]).toHaveLength(1);
      expect([...told][0]).toContain('transfer not found');
    });
  });

  test.each([
    personas.assistant,
    personas.receptionist,
    personas.finance,
    dispatcher,
    personas.opsAuditor,
    personas.opsAdmin,
    personas.formerOperator,
    personas.signedOut,
  ] as Persona[])('is not for $name [N-14 S-29 -]', async (persona) => {
    for (const call of [
      `select public.dispatch_transfer('${ASKED}', '${COMPANY}')`,
      `select public.cancel_transfer('${ASKED}')`,
    ]) {
      expect(await database().as(persona, (session) => session.attempt(call))).toMatchObject({
        ok: false,
        code: '42501',
      });
    }
  });

  test('is for operations too, who name the clinic where two transfers share an id [S-18 S-29 +]', async () => {
    await story(async (as) => {
      const agent = await accepted(as, false);
      await agent.script('reset role');
      await agent.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
      await agent.rows(
        `insert into public.transfers (organisation_id, id, case_id, patient_id, pickup, destination) values ($1, $2, $3, $4, 'X', 'Y')`,
        [CLINIC_B, ASKED, idOf('case', 'b', '01'), idOf('patient', 'b', '01')],
      );
      await as(personas.opsAgent);
      expect(await dispatch(agent, ASKED, COMPANY)).toMatchObject({ ok: false, code: 'CD010' });
      expect(await dispatch(agent, ASKED, COMPANY, CLINIC_A)).toMatchObject({ ok: true });
      const [driven] = await agent.rows(
        'select status from public.transfers where id = $1 and organisation_id = $2',
        [ASKED, CLINIC_B],
      );
      expect(driven).toEqual({ status: 'requested' });
    });
  });

  test('writes the only jobs there are: no caller, no server and no clinic invents one [N-24 -]', async () => {
    const insert = (organisation: string) =>
      `insert into public.transfer_jobs (organisation_id, origin_organisation_id, transfer_id, packet, expires_at)
       values ('${organisation}', '${CLINIC_A}', '${NOBODY}', '{}', now())`;
    for (const persona of [
      personas.clinicAdmin,
      dispatcher,
      personas.opsAgent,
      personas.servicePinned,
    ] as Persona[]) {
      expect(await database().as(persona, (session) => session.attempt(insert(CLINIC_A)))).toMatchObject({
        ok: false,
        code: '42501',
      });
    }
  });
});

describe('cancelling', () => {
  test('ends a request, an accepted transfer, and a dispatched one together with its job [S-18 +]', async () => {
    await database().as(personas.nurse, async (session) => {
      await session.rows('select public.cancel_transfer($1)', [ASKED]);
      expect(await statusOf(session, ASKED)).toBe('cancelled');
      await session.rows('select public.cancel_transfer($1)', [DRIVEN]);
      expect(await statusOf(session, DRIVEN)).toBe('cancelled');
      expect(await session.attempt('select public.cancel_transfer($1)', [DRIVEN])).toMatchObject({
        ok: false,
        code: 'CD013',
      });
    });
  });

  test('comes too late once the patient is picked up [S-18 -]', async () => {
    await story(async (as) => {
      const crew = await as(dispatcher);
      await crew.rows(`update public.transfer_jobs set status = 'picked_up'`);
      const nurse = await as(personas.nurse);
      expect(await nurse.attempt('select public.cancel_transfer($1)', [DRIVEN])).toMatchObject({
        ok: false,
        code: 'CD013',
      });
      expect(await statusOf(nurse, DRIVEN)).toBe('picked_up');
    });
  });

  test('and picking up at once: one of them wins, both tenants say the same, and nobody waits for ever: 30 rounds [S-18 N-24 -]', async () => {
    const commit = { commit: true };
    const told = new Set<string>();
    for (let round = 0; round < 30; round += 1) {
      const id = await database().as(
        personas.nurse,
        async (session) => {
          const [row] = await session.rows<{ id: string }>(
            `insert into public.transfers (organisation_id, case_id, patient_id, pickup, destination) values ($1, $2, $3, 'A', 'B') returning id`,
            [CLINIC_A, CASE, ANA],
          );
          await session.rows(`update public.transfers set status = 'accepted' where id = $1`, [row?.id]);
          await session.rows('select public.dispatch_transfer($1, $2)', [row?.id, COMPANY]);
          return String(row?.id);
        },
        commit,
      );
      const call = () =>
        database().as(
          personas.nurse,
          (session) => session.attempt('select public.cancel_transfer($1)', [id]),
          commit,
        );
      const drive = () =>
        database().as(
          dispatcher,
          (session) =>
            session.attempt(`update public.transfer_jobs set status = 'picked_up' where transfer_id = $1`, [
              id,
            ]),
          commit,
        );
      const outcomes = await Promise.all(round % 2 === 0 ? [call(), drive()] : [drive(), call()]);
      const codes = outcomes.map((outcome) => (outcome.ok ? 'done' : outcome.code)).sort();
      expect(codes).toEqual(['CD013', 'done']);
      const [both] = await database().asSuperuser((session) =>
        session.rows<{ clinic: string; company: string }>(
          `select t.status as clinic, j.status as company from public.transfers as t
           join public.transfer_jobs as j on j.transfer_id = t.id and j.origin_organisation_id = t.organisation_id
           where t.id = $1`,
          [id],
        ),
      );
      expect(both?.clinic).toBe(both?.company);
      told.add(String(both?.clinic));
    }
    expect([...told].sort()).toEqual(['cancelled', 'picked_up']);
  }, 60_000);
});
