import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../support/ids.ts';
import { type Persona, personas } from '../support/personas.ts';
import type { Session } from '../support/session.ts';
import { FROM_THE_CLINIC } from '../support/test-database.ts';

const database = useDatabase();

const PATIENT = idOf('patient', 'a', '01');
/** Withdrew the consent, and is treated by nobody any more. */
const UNTREATED = idOf('patient', 'a', '03');
const PSYCHIATRIC = idOf('record', 'a', '02');
const REASON = 'Unconscious on arrival, allergies unknown';

const INSERT = `insert into public.medical_records (organisation_id, patient_id, record_type, segments, supersedes_id)
  values ('${CLINIC_A}', '${PATIENT}', 'observation', $1, $2) returning id`;

/** A record that the doctor keeps; the version before it, where one is named. */
async function recorded(segments = '{}', supersedes: string | null = null): Promise<string> {
  const id = await database().as(
    personas.doctor,
    (session) => session.value<string>(INSERT, [segments, supersedes]),
    { commit: true },
  );
  return id ?? '';
}

const contentOf = (id: string) =>
  database().asSuperuser(async (session) => {
    const [row] = await session.rows(
      `select r.vitals, r.segments, d.diagnosis
       from public.medical_records as r
       left join public.medical_record_details as d using (organisation_id, id)
       where r.id = $1`,
      [id],
    );
    return row;
  });

const open = (session: Session, patient = UNTREATED, reason = REASON) =>
  session.attempt('select public.open_emergency_access($1, $2) as id', [patient, reason]);
const seesUntreated = (session: Session) =>
  session
    .value('select count(*)::integer from public.medical_records where patient_id = $1', [UNTREATED])
    .then((count) => count !== 0);

const evaluate = (persona: Persona, table: string, operation: string, id = '') =>
  database().as(persona, (session) =>
    session.value('select public.evaluate_policy($1, $2, $3)', [table, operation, id]),
  );

/** Becomes somebody within the session's transaction, which is the superuser's and rolled back. */
async function become(session: Session, persona: Persona): Promise<void> {
  await session.script('reset role');
  await session.rows(
    `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true),
       set_config('app.pinned_organisation_id', $3, true), set_config('app.current_organisation_id', '', true)`,
    [JSON.stringify(persona.claims), JSON.stringify(FROM_THE_CLINIC), CLINIC_A],
  );
  await session.script(`set local role ${persona.role}`);
}
const story = (fn: (session: Session) => Promise<void>) => database().asSuperuser(fn, { rollback: true });

/** Waits until so many connections to this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  const find = () =>
    database().asSuperuser((session) =>
      session.value<number>(
        `select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    );
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await find()) === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${count} connections never waited for a lock`);
}

describe('a broken glass', () => {
  test('opens nothing before it is on record: read and rolled back leaves no review behind [N-18 N-37 -]', async () => {
    const [grant, isRead] = await database().as(personas.doctor, async (session) => [
      await open(session),
      await seesUntreated(session),
    ]);
    expect(grant).toMatchObject({ ok: true });
    const onRecord = await database().asSuperuser((session) =>
      session.value('select count(*)::integer from public.emergency_access_grants where user_id = $1', [
        personas.doctor.userId,
      ]),
    );
    expect(onRecord).toBe(0);
    const kept = await database().as(personas.doctor, (session) => open(session), { commit: true });
    expect(kept).toMatchObject({ ok: true });
    expect(await database().as(personas.doctor, seesUntreated), 'control: on record, it opens').toBe(true);
    expect(isRead, 'read without a trace').toBe(false);
  });

  test('takes a reason and a review of words: lines and tabs are blanks too [N-18 -]', async () => {
    for (const blank of ['\n', '\t', '\u00a0']) {
      const outcome = await database().as(personas.nurse, (session) =>
        open(session, UNTREATED, blank.repeat(20)),
      );
      expect(outcome, JSON.stringify(blank)).toMatchObject({ ok: false, code: 'CD009' });
    }
    expect(await database().as(personas.nurse, (session) => open(session))).toMatchObject({ ok: true });
  });

  test('opens nothing to whose membership ended, or became reception’s, while it was open [N-16 N-18 -]', async () => {
    await database().as(personas.nurse, (session) => open(session), { commit: true });
    for (const [change, isOpen] of [
      [`valid_until = 'infinity'`, true], // control
      ['is_active = false', false],
      [`role = 'receptionist'`, false],
      ['valid_until = now()', false],
    ] as const) {
      await story(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.script(
          `update public.organisation_members set ${change} where user_id = '${personas.nurse.userId}'`,
        );
        await become(session, personas.nurse);
        expect(await seesUntreated(session), change).toBe(isOpen);
        const clinical = await session.value<number>('select count(*)::integer from public.patient_clinical');
        expect(clinical !== 0, change).toBe(isOpen);
      });
    }
  });
});

describe('what waits, or comes undone, tells nothing and harms nobody', () => {
  const lockedOut = (persona: Persona, organisationId: string, patientId: string) =>
    database().as(persona, async (session) => {
      await session.script(`set local lock_timeout = '100ms'`);
      return session.attempt(
        'insert into public.access_restrictions (organisation_id, patient_id) values ($1, $2)',
        [organisationId, patientId],
      );
    });

  test.each([
    ['another clinic', CLINIC_B, idOf('patient', 'b', '01')],
    ['their clinic', CLINIC_A, UNTREATED],
  ])(
    'a portal login waits for no lock of another patient of %s [N-15 S-04 -]',
    async (_, organisation, patient) => {
      await database().asSuperuser(
        async (holder) => {
          await holder.rows('select from public.patients where id = any ($1) for update', [[patient]]);
          for (const persona of [personas.patient, personas.formerProxy]) {
            const random = await lockedOut(persona, organisation, NOBODY);
            expect(random).toMatchObject({ ok: false, code: '42501' });
            expect(await lockedOut(persona, organisation, patient), persona.name).toEqual(random);
          }
        },
        { rollback: true },
      );
      expect(await lockedOut(personas.patient, CLINIC_A, PATIENT), 'control').toMatchObject({ ok: true });
    },
  );

  test('staff wait for no lock of another clinic’s patient or record [S-04 -]', async () => {
    await database().asSuperuser(
      async (holder) => {
        await holder.rows('select from public.patients where organisation_id = $1 for update', [CLINIC_B]);
        await holder.rows('select from public.medical_records where organisation_id = $1 for update', [
          CLINIC_B,
        ]);
        const insert = (organisation: string, patient: string, record: string) =>
          database().as(personas.doctor, async (session) => {
            await session.script(`set local lock_timeout = '100ms'`);
            return session.attempt(
              `insert into public.medical_records (organisation_id, patient_id, record_type, supersedes_id)
               values ($1, $2, 'observation', $3)`,
              [organisation, patient, record],
            );
          });
        const foreign = await insert(CLINIC_B, idOf('patient', 'b', '01'), idOf('record', 'b', '01'));
        expect(foreign).toMatchObject({ ok: false, code: '42501' });
        expect(foreign).toEqual(await insert(CLINIC_B, NOBODY, NOBODY));
        expect(await insert(CLINIC_A, PATIENT, idOf('record', 'b', '01'))).toMatchObject({ code: '23503' });
      },
      { rollback: true },
    );
  });

  test('reception hides no chart by choosing another clinic before the projection runs [N-27 N-45 -]', async () => {
    const insert = (returning: string) =>
      `insert into public.consents (organisation_id, patient_id, purpose) values ('${CLINIC_A}', '${PATIENT}', 'marketing') ${returning}`;
    const chart = (session: Session) =>
      session.rows(
        `select distinct patient_status, treatment_consent_until::text as until from public.medical_records where patient_id = $1`,
        [PATIENT],
      );
    for (const returning of [
      '', // control: the same statement
      `returning set_config('app.current_organisation_id', '${NOBODY}', true)`,
      `returning set_config('request.jwt.claims', '{}', true)`,
    ]) {
      await story(async (session) => {
        await become(session, personas.receptionist);
        const outcome = await session.attempt(insert(returning));
        if (returning === '') expect(outcome, 'control').toMatchObject({ ok: true, count: 1 });
        await session.script('reset role');
        expect(await chart(session), returning).toEqual([{ patient_status: 'active', until: 'infinity' }]);
      });
    }
  });

  test('nobody signs a change as the system by dropping their claims half way [S-16 -]', async () => {
    await story(async (session) => {
      await become(session, personas.receptionist);
      const change = (name: string) =>
        session.attempt(
          `update public.patients set full_name = case when id = '${UNTREATED}' then ${name} else full_name end
           where id in ('${PATIENT}', '${UNTREATED}')`,
        );
      expect(await change(`'Renamed'`), 'control').toMatchObject({ ok: true, count: 2 });
      await change(`'Forged' || left(set_config('request.jwt.claims', '{}', true), 0)`);
      await session.script('reset role');
      const forged = await session.rows(
        `select id from public.patients where full_name = 'Forged' and actor_kind <> 'user'`,
      );
      expect(forged).toEqual([]);
    });
  });

  test('a patient’s withdrawal and a new version at once: neither is a deadlock’s victim [N-50 S-16 +]', async () => {
    const before = await recorded();
    const outcomes = await database().asSuperuser(
      async (holder) => {
        // The withdrawal holds the consent and comes to the record; the version holds the patient and comes to the consent.
        await holder.rows('select from public.medical_records where id = $1 for update', [before]);
        const withdrawal = database().as(personas.patient, (session) =>
          session.attempt(`update public.consents set status = 'withdrawn' where status = 'active'`),
        );
        await waiting(1);
        const version = database().as(personas.doctor, (session) => session.attempt(INSERT, ['{}', before]));
        await waiting(2);
        await holder.script('rollback');
        return Promise.all([withdrawal, version]);
      },
      { rollback: true },
    );
    expect(outcomes.map((outcome) => (outcome.ok ? 'done' : outcome.code))).toEqual(['done', 'done']);
  });
});

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
      const id = await recorded();
      const before = await contentOf(id);
      const update = `update public.medical_records set vitals = '{"heart_rate": 1}' where id = '${id}'`;
      expect(
        await older('read committed', async () => undefined, update.replace('1}', '72}')),
        'control: until then it may',
      ).toBe('changed');
      const kept = await contentOf(id);
      expect(kept).not.toEqual(before);
      await older(level, () => recorded('{}', id), update);
      expect(await contentOf(id)).toEqual(kept);
    },
  );

  test('keeps its details against who began to change them before it was superseded [S-16 -]', async () => {
    const id = await recorded();
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
            return session.attempt(INSERT, ['{}', id]);
          },
          { commit: true },
        );
      },
      { commit: true },
    );
    // Either the new version waits for the change it must include, or the change comes too late.
    const content = await contentOf(id);
    expect([superseded.ok, content?.diagnosis]).not.toEqual([true, 'Afterthought']);
    if (!superseded.ok) await recorded('{}', id); // nobody holds it any more
    const late = await database().as(personas.doctor, (session) =>
      session.attempt(`update public.medical_record_details set diagnosis = 'Late' where id = '${id}'`),
    );
    expect(late).toMatchObject({ ok: false, code: 'CD011' });
  });

  test('is not changed by who leaves the clinic in the middle of the statement [S-16 -]', async () => {
    const first = await recorded();
    const id = await recorded();
    await recorded('{}', id);
    const before = await contentOf(id);
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
    expect(await contentOf(id)).toEqual(before);
  });
});

describe('a protected segment', () => {
  test('is not told to a nurse by an explanation: such a record is not found [N-01 N-08 -]', async () => {
    const random = await evaluate(personas.nurse, 'medical_records', 'SELECT', NOBODY);
    expect(random).toMatchObject({ reason: 'not found' });
    for (const operation of ['SELECT', 'UPDATE']) {
      expect(await evaluate(personas.nurse, 'medical_records', operation, PSYCHIATRIC)).toEqual(random);
    }
    expect(
      await evaluate(personas.doctor, 'medical_records', 'SELECT', PSYCHIATRIC),
      'control',
    ).toMatchObject({
      allowed: true,
    });
  });

  test('is superseded by no nurse, who is answered as for a random id [N-01 S-16 -]', async () => {
    const supersede = (persona: Persona, id: string) =>
      database().as(persona, (session) => session.attempt(INSERT, ['{}', id]));
    const refused = await supersede(personas.nurse, NOBODY);
    expect(refused).toMatchObject({ ok: false, code: '23503' });
    expect(await supersede(personas.doctor, PSYCHIATRIC), 'control').toMatchObject({ ok: true });
    expect(await supersede(personas.nurse, PSYCHIATRIC)).toMatchObject({ ok: false, code: '23503' });
  });

  test('covers the versions before it: no nurse reads on, and no error tells her of the later one [N-01 -]', async () => {
    const id = await recorded();
    const read = (session: Session) =>
      session.value('select count(*)::integer from public.medical_records where id = $1', [id]);
    expect(await database().as(personas.nurse, read), 'control').toBe(1);
    await recorded('{HIV}', id);
    const [seen, told] = await database().as(personas.nurse, async (session) => [
      await read(session),
      await session.attempt(`update public.medical_records set vitals = '{}' where id = '${id}'`),
    ]);
    expect(seen).toBe(0);
    expect(told).toMatchObject({ ok: true, count: 0 });
  });

  test('lets nothing through MERGE, ON CONFLICT or a row lock [N-01 -]', async () => {
    const before = await contentOf(PSYCHIATRIC);
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
    expect(await contentOf(PSYCHIATRIC)).toEqual(before);
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
});

describe('a gate of one clinic', () => {
  /** A doctor of both clinics who treats the one, and broke the glass for the other, at B: under the ids of A's patients. */
  const both = { ...personas.dual, name: 'doctor of A and B acting in A' };
  const patients = [PATIENT, UNTREATED];

  /** Asks for patients one by one, and chooses B after the fence has been asked and before the gates are. */
  const charts = (choice: string) => async (session: Session) => {
    await session.script('set local enable_seqscan = off');
    return session.value<number>(
      `select count(r.id)::integer
       from (
         select v.id, case when v.n = 2 then set_config('app.current_clinic_id', $2, true) end as chosen
         from unnest($1::uuid[]) with ordinality as v (id, n)
         offset 0
       ) as v
       cross join lateral (
         select m.id from public.medical_records as m where m.patient_id = v.id and v.chosen is distinct from '' offset 0
       ) as r`,
      [[NOBODY, ...patients], choice],
    );
  };

  test('lends no role to another: who is clinic_admin there alone sees what reception sees here [N-22 N-27 -]', async () => {
    const inactive = idOf('patient', 'a', '04');
    const read = (persona: Persona, choice: string) =>
      database().as(persona, async (session) => {
        await session.script('set local enable_indexscan = off; set local enable_bitmapscan = off');
        const rows = await session.rows<{ id: string }>(
          `select id, set_config('app.current_clinic_id', $1, true) from public.patients`,
          [choice],
        );
        return rows.map(({ id }) => id);
      });
    expect(await read(personas.clinicAdmin, CLINIC_A), 'control').toContain(inactive);
    expect(await read(personas.dual, CLINIC_A)).not.toContain(inactive);
    expect(await read(personas.dual, CLINIC_B), 'choosing B half way').not.toContain(inactive);
  });

  test('opens nothing at another for who chooses that in the middle of a statement [N-21 N-22 S-02 -]', async () => {
    await database().asSuperuser(async (session) => {
      for (const clinic of [CLINIC_A, CLINIC_B]) {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [clinic]);
        await session.rows(
          `update public.organisation_members set role = 'doctor' where organisation_id = $1 and user_id = $2`,
          [clinic, both.userId],
        );
      }
    });
    for (const [n, id] of patients.entries()) {
      await database().as(
        personas.receptionistOfB,
        (session) =>
          session.rows(
            'insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, $3, $4)',
            [CLINIC_B, id, `TWIN-${n}`, 'Twin'],
          ),
        { commit: true },
      );
    }
    await database().as(
      personas.clinicAdminOfB,
      (session) =>
        session.rows(
          `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at)
           values ($1, $2, $3, 'primary', now() - interval '1 hour')`,
          [CLINIC_B, PATIENT, both.userId],
        ),
      { commit: true },
    );
    await database().as(
      { ...both, settings: { 'app.current_clinic_id': CLINIC_B } },
      (session) => open(session),
      {
        commit: true,
      },
    );
    expect(await database().as(personas.doctor, charts(CLINIC_A)), 'control: who treats there').not.toBe(0);
    expect(await database().as(both, charts(CLINIC_A)), 'acting in A').toBe(0);
    expect(await database().as(both, charts(CLINIC_B)), 'choosing B half way').toBe(0);
  });
});

describe('an explanation', () => {
  test('finds nobody else’s portal account, and no operator but oneself [N-08 N-15 -]', async () => {
    for (const [persona, table, other, own] of [
      [personas.patient, 'patient_accounts', idOf('account', 'a', '02'), idOf('account', 'a', '01')],
      [personas.opsAgent, 'ops_members', personas.opsAdmin.userId, personas.opsAgent.userId],
    ] as const) {
      expect(await evaluate(persona, table, 'SELECT', own), 'control').toMatchObject({ allowed: true });
      const random = await evaluate(persona, table, 'SELECT', NOBODY);
      expect(await evaluate(persona, table, 'SELECT', other), table).toEqual(random);
    }
  });

  test('for an auditor ends at the clinic, though the portal login it is about is known at both [N-44 S-04 -]', async () => {
    await story(async (session) => {
      await session.script(
        `select set_config('app.pinned_organisation_id', '${CLINIC_B}', true);
         insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship)
         values ('${CLINIC_B}', '${personas.patient.userId}', '${idOf('patient', 'b', '01')}', 'self')`,
      );
      await become(session, personas.patient);
      expect(
        await session.value(
          'select count(*)::integer from public.medical_records where organisation_id = $1',
          [CLINIC_B],
        ),
        'control: the login reads its chart there',
      ).toBe(3);
      await become(session, personas.privacyOfficer);
      const verdict = (id: string) =>
        session.value(`select public.simulate_policy('medical_records', 'SELECT', $1, $2)`, [
          id,
          personas.patient.userId,
        ]);
      expect(await verdict(idOf('record', 'a', '01')), 'control').toMatchObject({ allowed: true });
      expect(await verdict(idOf('record', 'b', '01'))).toEqual(await verdict(NOBODY));
    });
  });
});
