import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../support/ids.ts';
import { type Persona, personas } from '../support/personas.ts';
import type { Outcome, Session } from '../support/session.ts';
import { type Become, tellStory } from '../support/story.ts';
import { TestDatabase } from '../support/test-database.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ANA = idOf('patient', 'a', '01');
const REQUEST = NOBODY;

interface Line {
  readonly table: string;
  readonly column: string;
  readonly rows: number;
  readonly basis: string;
  readonly until?: string | null;
}
interface Report {
  readonly destroyed: readonly Line[];
  readonly kept: readonly Line[];
}

/** Ana asks, the officer takes it up. */
async function asked(as: Become, kind = 'erasure', patient = ANA): Promise<Session> {
  const asking = await as(patient === ANA ? personas.patient : personas.receptionist);
  await asking.rows(
    'insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, $4)',
    [CLINIC_A, REQUEST, patient, kind],
  );
  const officer = await as(personas.privacyOfficer);
  await officer.rows(`update public.subject_requests set status = 'in_progress' where id = $1`, [REQUEST]);
  return officer;
}
const erase = (session: Session, request = REQUEST) =>
  session.attempt('select public.erase_subject($1) as report', [request]);
const plan = (session: Session, request = REQUEST) =>
  session.attempt('select public.plan_erasure($1) as report', [request]);
const reportOf = (outcome: Outcome): Report => {
  if (!outcome.ok) throw new Error(`${outcome.code} ${outcome.message} ${outcome.detail}`);
  return outcome.rows[0]?.report as Report;
};
const clock = (session: Session, at: string) => session.rows(`select set_config('test.now', $1, true)`, [at]);
const owner = async (as: Become) => {
  const session = await as(personas.privacyOfficer);
  await session.script('reset role');
  return session;
};
const identity = `select p.full_name, p.mrn, i.phone, i.email, i.birth_date is not null as has_birth_date
  from public.patients as p left join public.patient_identity as i using (organisation_id, id) where p.organisation_id = $1 and p.id = $2`;
const later = '2060-01-01 12:00+00';

describe('erasure while the chart must be kept', () => {
  test('destroys what no law keeps, and says of the rest which law and until when [N-49 +]', async () => {
    await story(async (as) => {
      const report = reportOf(await erase(await asked(as)));
      expect(report.destroyed.map(({ table, column }) => `${table}.${column}`)).toEqual(
        expect.arrayContaining([
          'public.patient_identity.phone',
          'public.patient_identity.email',
          'public.patient_accounts.*',
        ]),
      );
      const chart = report.kept.find(({ table }) => table === 'public.medical_records');
      expect(chart).toMatchObject({
        basis: expect.stringContaining('13.787'),
        until: expect.stringMatching(/^2046-/),
      });
      expect([...report.kept, ...report.destroyed].every(({ basis }) => basis.length >= 10)).toBe(true);
      const session = await owner(as);
      expect(await session.rows(identity, [CLINIC_A, ANA])).toEqual([
        { full_name: 'Ana Souza', mrn: 'MRN-0001', phone: null, email: null, has_birth_date: true },
      ]);
      expect(
        await session.value('select count(*)::integer from public.medical_records where patient_id = $1', [
          ANA,
        ]),
      ).toBeGreaterThan(0);
      expect(await session.value('select status from public.subject_requests where id = $1', [REQUEST])).toBe(
        'completed',
      );
    });
  });
});

describe('erasure when its time is over', () => {
  test('destroys the link from id to person and the chart, and leaves logs whole [N-49 +]', async () => {
    await story(async (as) => {
      await asked(as);
      let session = await owner(as);
      const logged = () =>
        session.rows(
          `select id, details, actor_user_id from public.case_activity_log where organisation_id = $1 order by id`,
          [CLINIC_A],
        );
      const log = await logged();
      const others = () =>
        session.rows(
          `select (select count(*) from public.patients where full_name <> 'erased') as patients, (select count(*) from public.medical_records where patient_id <> $1) as records,
             (select count(*) from public.consents where patient_id <> $1) as consents, (select count(*) from public.invoices where patient_id <> $1) as invoices`,
          [ANA],
        );
      const [before] = await others();
      const officer = await as(personas.privacyOfficer);
      await clock(officer, later);
      const report = reportOf(await erase(officer));
      session = await owner(as);
      expect(await session.rows(identity, [CLINIC_A, ANA])).toEqual([
        { full_name: 'erased', mrn: ANA, phone: null, email: null, has_birth_date: false },
      ]);
      for (const table of [
        'medical_records',
        'medical_record_details',
        'appointments',
        'consents',
        'signed_forms',
        'signed_form_evidence',
        'invoices',
        'payments',
        'patient_accounts',
      ]) {
        expect(
          await session.value(
            `select count(*)::integer from public.${table} where organisation_id = $1 and patient_id = $2`,
            [CLINIC_A, ANA],
          ),
          table,
        ).toBe(0);
      }
      expect(await logged(), 'the log is whole').toEqual(log);
      const [after] = await others();
      expect(after, 'nobody else lost anything').toEqual({
        ...before,
        patients: String(Number(before?.patients) - 1),
      });
      expect(report.kept.map(({ table }) => table)).toEqual(
        expect.arrayContaining(['public.patients', 'public.case_activity_log', 'auth.users']),
      );
      expect(
        await session.value('select display_name from public.profiles where user_id = $1', [
          personas.patient.userId,
        ]),
        'a login that is hers alone',
      ).toBe('erased');
      // Nothing that named her stands anywhere in the tenant.
      const tables = await session.rows<{ name: string }>(
        `select format('%I.%I', n.nspname, c.relname) as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname in ('public', 'governance', 'audit')
           and exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'organisation_id')`,
      );
      expect(tables.length).toBeGreaterThan(30);
      for (const { name } of tables) {
        const found = await session.value(
          `select count(*)::integer from ${name} as t where organisation_id = $1 and to_jsonb(t)::text ~ 'Ana Souza|patient-01@a|555 0101'`,
          [CLINIC_A],
        );
        expect(found, name).toBe(0);
      }
    });
  });

  test('leaves every guard as it was: what is append-only still is [N-49 S-20 -]', async () => {
    await story(async (as) => {
      await asked(as);
      let session = await owner(as);
      const guards = () =>
        session.rows(
          `select tgrelid::regclass::text as on, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`,
        );
      const before = await guards();
      const officer = await as(personas.privacyOfficer);
      await clock(officer, later);
      expect(reportOf(await erase(officer)).destroyed.map(({ table }) => table)).toContain(
        'public.signed_form_evidence',
      );
      session = await owner(as);
      expect(await guards()).toEqual(before);
      expect(await session.attempt('delete from public.signed_form_evidence')).toMatchObject({
        ok: false,
        code: 'CD014',
      });
    });
  });
});

describe('tombstones', () => {
  test('say what was erased, when, by whom and under which request, and nothing of what it was [N-49 +]', async () => {
    await story(async (as) => {
      const officer = await asked(as);
      await clock(officer, later);
      const report = reportOf(await erase(officer));
      const session = await owner(as);
      const stones = await session.rows<Record<string, unknown>>(
        'select * from governance.tombstones where cause_id = $1 order by id',
        [REQUEST],
      );
      expect(
        stones
          .map(({ relation, column_name, row_count }) => [relation, column_name ?? '*', Number(row_count)])
          .sort(),
      ).toEqual(report.destroyed.map(({ table, column, rows }) => [table, column, rows]).sort());
      expect(
        stones.every(
          ({ cause, destroyed_by, organisation_id }) =>
            cause === 'erasure' &&
            destroyed_by === personas.privacyOfficer.userId &&
            organisation_id === CLINIC_A,
        ),
      ).toBe(true);
      expect(JSON.stringify(stones)).not.toMatch(/Ana|555 01|@a\.example/);
      const evidence = stones.find(({ relation }) => relation === 'public.signed_form_evidence');
      expect(evidence?.record_keys, 'of a sealed table, which rows').toEqual([
        expect.stringContaining(CLINIC_A),
      ]);
      for (const statement of [
        'delete from governance.tombstones',
        `update governance.tombstones set destroyed_by = 'x'`,
        'truncate governance.tombstones',
      ]) {
        expect(await session.attempt(statement)).toMatchObject({ ok: false, code: 'CD014' });
      }
    });
  });
});

describe('plan_erasure', () => {
  test('tells exactly what erase_subject then does, and changes nothing [N-49 +]', async () => {
    await story(async (as) => {
      let officer = await asked(as);
      await clock(officer, later);
      const planned = reportOf(await plan(officer));
      const session = await owner(as);
      expect(
        await session.value('select full_name from public.patients where organisation_id = $1 and id = $2', [
          CLINIC_A,
          ANA,
        ]),
      ).toBe('Ana Souza');
      expect(
        await session.value(`select count(*)::integer from governance.tombstones where cause = 'erasure'`),
      ).toBe(0);
      officer = await as(personas.privacyOfficer);
      await clock(officer, later);
      expect(reportOf(await erase(officer))).toEqual(planned);
    });
  });
});

describe('nothing is erased', () => {
  test.each([
    ['of the patient', ANA],
    ['of the whole clinic', null],
  ])('under a hold %s, until it is released [N-49 -]', async (_, held) => {
    await story(async (as) => {
      const officer = await asked(as);
      await officer.rows(
        `insert into public.legal_holds (organisation_id, id, patient_id, reason) values ($1, $2, $3, 'An order of the court.')`,
        [CLINIC_A, idOf('hold', 'a', '77'), held],
      );
      for (const attempt of [erase, plan])
        expect(await attempt(officer)).toMatchObject({ ok: false, code: 'CD020' });
      await officer.rows('update public.legal_holds set released_at = now() where id = $1', [
        idOf('hold', 'a', '77'),
      ]);
      expect(await erase(officer)).toMatchObject({ ok: true });
    });
  });

  test('by anybody but the officer of the clinic, by another request, twice, or without being taken up [N-49 S-04 -]', async () => {
    await story(async (as) => {
      await asked(as);
      for (const persona of [
        personas.clinicAdmin,
        personas.doctor,
        personas.receptionist,
        personas.patient,
        personas.opsAdmin,
        personas.servicePinned,
        personas.anon,
      ] as Persona[]) {
        for (const attempt of [erase, plan])
          expect(await attempt(await as(persona)), persona.name).toMatchObject({ ok: false, code: '42501' });
      }
      const officer = await as(personas.privacyOfficer);
      expect(await erase(officer, idOf('request', 'b', '01'))).toMatchObject({
        ok: false,
        code: 'CD010',
        message: 'request not found',
      });
      expect(await erase(officer, idOf('request', 'a', '77'))).toMatchObject({
        ok: false,
        code: 'CD010',
        message: 'request not found',
      });
      expect(await erase(officer, idOf('request', 'a', '01')), 'a request for access').toMatchObject({
        ok: false,
        code: 'CD013',
      });
      expect(await erase(officer)).toMatchObject({ ok: true });
      expect(await erase(officer)).toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test('where a table has no rule: it is refused, and nothing is half done [N-49 -]', async () => {
    await story(async (as) => {
      await asked(as);
      const session = await owner(as);
      await session.script(`create table public.added (organisation_id uuid, id uuid, patient_id uuid, primary key (organisation_id, id),
        foreign key (organisation_id, patient_id) references public.patients (organisation_id, id))`);
      const officer = await as(personas.privacyOfficer);
      expect(await erase(officer)).toMatchObject({ ok: false, code: 'CD020', detail: 'public.added' });
      const again = await owner(as);
      expect(
        await again.value(
          'select phone is not null from public.patient_identity where organisation_id = $1 and id = $2',
          [CLINIC_A, ANA],
        ),
      ).toBe(true);
    });
  });

  test('of the same id at another clinic [N-49 S-04 -]', async () => {
    await story(async (as) => {
      let session = await owner(as);
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
      await session.rows(
        `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'TWIN', 'Twin Id')`,
        [CLINIC_B, ANA],
      );
      const officer = await asked(as);
      await clock(officer, later);
      reportOf(await erase(officer));
      session = await owner(as);
      expect(
        await session.value('select full_name from public.patients where organisation_id = $1 and id = $2', [
          CLINIC_B,
          ANA,
        ]),
      ).toBe('Twin Id');
    });
  });
});

describe('a hold and an erasure at once', () => {
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
      await clone.as(
        personas.patient,
        (session) =>
          session.rows(
            `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ('${CLINIC_A}', '${REQUEST}', '${ANA}', 'erasure')`,
          ),
        { commit: true },
      );
      await clone.as(
        personas.privacyOfficer,
        (session) =>
          session.rows(`update public.subject_requests set status = 'in_progress' where id = '${REQUEST}'`),
        { commit: true },
      );
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
