import { beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Access, plantAccess } from '../support/planted-access.ts';

const database = useDatabase();

/** A month to come: what is planted is written down before it begins, so that care covers it. */
const MONTH = `${new Date().getUTCFullYear() + 1}-06`;
const NOW = `${MONTH}-30 23:00+00`;
const auditor: Persona = {
  ...personas.privacyOfficer,
  name: 'auditor of A',
  userId: idOf('staff', 'a', '16'),
  claims: {
    ...personas.privacyOfficer.claims,
    sub: idOf('staff', 'a', '16'),
    session_id: 'a1000000-0000-7000-9000-000000000016',
  },
};
/** Patients of the clinic besides those of the seed: whom everybody on the ward treats, and whom nobody does. */
const patient = (n: number) => `a3000000-0000-7000-8000-00000000${String(1000 + n)}`;
const TREATED = Array.from({ length: 60 }, (_, n) => patient(n));
const UNKNOWN = Array.from({ length: 100 }, (_, n) => patient(100 + n));
const WARD = [personas.doctor, personas.breakGlass, personas.nurse] as const;
const day = (n: number, time = '15:00') => `${MONTH}-${String(n).padStart(2, '0')} ${time}+00`;

const reads = (persona: Persona, patients: readonly string[], at: string, tableName?: string): Access[] =>
  patients.map((patientId) => ({ userId: persona.userId, patientId, at, ...(tableName && { tableName }) }));
/** Four weeks of work: each of the ward reads five to nine charts of their own patients every day, twice, at noon on the clinic's wall. */
const ordinary = (): Access[] =>
  Array.from({ length: 25 }, (_, n) => n + 1).flatMap((date) =>
    WARD.flatMap((persona, place) => {
      const charts = Array.from(
        { length: 5 + ((date + place) % 5) },
        (_, n) => TREATED[(date * 3 + n) % 60] ?? '',
      );
      return [
        ...reads(persona, charts, day(date)),
        ...reads(persona, charts, day(date, '16:00'), 'medical_record_details'),
      ];
    }),
  );

const anomalies = (session: Session) =>
  session.rows<{ kind: string; user_id: string; patient_id: string | null; records: string }>(
    'select kind, user_id, patient_id, records from public.access_anomalies order by kind, patient_id',
  );
/** What an officer is told once more has happened, all of it taken back. */
async function told(records: readonly Access[], before = '', reader: Persona = auditor, now = NOW) {
  return database().asSuperuser(
    async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      if (before !== '') await session.script(before);
      await plantAccess(session, records);
      await session.rows(
        `select set_config('request.jwt.claims', $1, true), set_config('test.now', $2, true)`,
        [JSON.stringify(reader.claims), now],
      );
      await session.script('set local role authenticated');
      return anomalies(session);
    },
    { rollback: true },
  );
}
const kindsOf = (rows: readonly { kind: string; user_id: string }[], { userId }: Persona) => [
  ...new Set(rows.filter((row) => row.user_id === userId).map(({ kind }) => kind)),
];

beforeAll(async () => {
  await database().asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    await session.rows(
      `insert into public.patients (organisation_id, id, mrn, full_name)
       select $1, p.id::uuid, 'MRN-' || right(p.id, 4), 'Planted ' || p.id || 'x' from unnest($2::text[]) as p (id)`,
      [CLINIC_A, [...TREATED, ...UNKNOWN]],
    );
    await session.rows(
      `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at)
       select $1, p.id::uuid, u.id::uuid, 'primary', '2026-01-01Z' from unnest($2::text[]) as p (id) cross join unnest($3::text[]) as u (id)`,
      [CLINIC_A, TREATED, WARD.map(({ userId }) => userId)],
    );
    await session.rows(
      `update public.organisation_settings set business_hours = '{"start": 6, "end": 22}' where organisation_id = $1`,
      [CLINIC_A],
    );
    await plantAccess(session, ordinary());
  });
});

describe('the anomalies of an ordinary month', () => {
  test('are none, in a thousand records of who treats whom they read, by day [N-39 -]', async () => {
    expect(ordinary().length).toBeGreaterThan(1000);
    expect(await told([])).toEqual([]);
  });

  test('are none for a busy day, for who looks into no chart, and for a few refusals [N-39 -]', async () => {
    const busy = reads(personas.doctor, TREATED.slice(0, 18), day(29));
    const desk = reads(personas.receptionist, UNKNOWN.slice(0, 15), day(29), 'patient_identity');
    const refused = Array.from(
      { length: 5 },
      (): Access => ({ userId: personas.nurse.userId, outcome: 'denied', at: day(29) }),
    );
    expect(await told([...busy, ...desk, ...refused])).toEqual([]);
  });
});

describe('a snooper', () => {
  test('who goes through the charts of a hundred strangers at night is flagged for all of it, and nobody else is [N-39 +]', async () => {
    const rows = await told(reads(personas.nurse, UNKNOWN, day(29, '06:00')));
    expect(kindsOf(rows, personas.nurse)).toEqual(['no_relationship', 'out_of_hours', 'volume']);
    expect(rows.filter(({ kind }) => kind === 'no_relationship')).toHaveLength(100);
    expect(rows.find(({ kind }) => kind === 'volume')).toMatchObject({ patient_id: null, records: '100' });
    expect(new Set(rows.map(({ user_id }) => user_id))).toEqual(new Set([personas.nurse.userId]));
  });

  test('is measured by their role where they have no history of their own [N-39 +]', async () => {
    const newcomer = reads(personas.doctor, [], day(29));
    const colleague = { ...personas.doctor, userId: personas.dual.userId } as Persona;
    const rows = await told(
      [...newcomer, ...reads(colleague, TREATED, day(29))],
      `update public.organisation_members set role = 'doctor' where organisation_id = '${CLINIC_A}' and user_id = '${colleague.userId}';
       insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at)
       select organisation_id, patient_id, '${colleague.userId}', kind, starts_at from public.care_relationships
       where user_id = '${personas.doctor.userId}' and starts_at = '2026-01-01Z'`,
    );
    expect(rows).toMatchObject([{ kind: 'volume', user_id: colleague.userId, records: '60' }]);
  });

  test('is not who works every night [N-39 -]', async () => {
    const nights = Array.from({ length: 10 }, (_, n) => n + 10).flatMap((date) =>
      reads(personas.nurse, TREATED.slice(date, date + 5), day(date, '05:00')),
    );
    expect(await told(nights)).toEqual([]);
    expect(kindsOf(await told(nights.slice(0, 5)), personas.nurse)).toEqual(['out_of_hours']);
  });

  test('is who reads between the end and the beginning, where the hours go over midnight [N-39 +, N-39 -]', async () => {
    const overnight = `update public.organisation_settings set business_hours = '{"start": 7, "end": 5}' where organisation_id = '${CLINIC_A}'`;
    const flagged = async (time: string) =>
      kindsOf(
        await told(reads(personas.nurse, TREATED.slice(0, 3), day(29, time)), overnight),
        personas.nurse,
      );
    // On the clinic's wall it is three hours earlier.
    expect(await flagged('07:59')).toEqual([]);
    expect(await flagged('08:00')).toEqual(['out_of_hours']);
    expect(await flagged('09:59')).toEqual(['out_of_hours']);
    expect(await flagged('10:00')).toEqual([]);
    expect(await flagged('02:59')).toEqual([]);
  });

  test('is who reads after half past where the day ends at half past, to the minute, as policies say [N-28 N-39 +, N-39 -]', async () => {
    const flagged = async (start: number, end: number, time: string) =>
      kindsOf(
        await told(
          reads(personas.nurse, TREATED.slice(0, 3), day(29, time)),
          `update public.organisation_settings set business_hours = '{"start": ${start}, "end": ${end}}' where organisation_id = '${CLINIC_A}'`,
        ),
        personas.nurse,
      );
    // On the clinic's wall it is three hours earlier.
    expect(await flagged(8, 17.5, '20:29')).toEqual([]);
    expect(await flagged(8, 17.5, '20:30')).toEqual(['out_of_hours']);
    expect(await flagged(8, 17.5, '20:45')).toEqual(['out_of_hours']);
    expect(await flagged(8.5, 18, '11:29')).toEqual(['out_of_hours']);
    expect(await flagged(8.5, 18, '11:30')).toEqual([]);
  });

  test('is who reads a chart without a care relationship at that moment, before it began or after it ended [N-39 +]', async () => {
    const [one = ''] = UNKNOWN;
    const chart = (at: string) => reads(personas.doctor, [one], at);
    const relation = `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at)
      values ('${CLINIC_A}', '${one}', '${personas.doctor.userId}', 'primary', '${day(28, '14:00')}', '${day(28, '16:00')}')`;
    for (const at of [day(28, '13:59'), day(28, '16:00')]) {
      expect(await told(chart(at), relation), at).toMatchObject([
        { kind: 'no_relationship', patient_id: one, records: '1' },
      ]);
    }
    for (const at of [day(28, '14:00'), day(28, '15:59')])
      expect(await told(chart(at), relation), at).toEqual([]);
  });

  test('is not who broke the glass for that patient, as long as it was broken, and no longer [N-39 N-18 -]', async () => {
    const [one = '', other = ''] = UNKNOWN;
    const opened = `insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at)
      values ('${CLINIC_A}', '${one}', '${personas.doctor.userId}', '3', '${day(28, '14:00')}', '${day(28, '15:00')}')`;
    const flagged = async (patientId: string, at: string) =>
      kindsOf(await told(reads(personas.doctor, [patientId], at), opened), personas.doctor);
    expect(await flagged(one, day(28, '14:00'))).toEqual([]);
    expect(await flagged(one, day(28, '14:59'))).toEqual([]);
    expect(await flagged(one, day(28, '13:59'))).toEqual(['no_relationship']);
    expect(await flagged(one, day(28, '15:00'))).toEqual(['no_relationship']);
    expect(await flagged(other, day(28, '14:30'))).toEqual(['no_relationship']);
  });

  test('is not who treated a patient that was archived since, nor finance with documents of its own [N-39 -]', async () => {
    const [one = ''] = TREATED;
    const archived = `update public.patients set archived_at = now(), status = 'inactive' where id = '${one}'`;
    expect(await told(reads(personas.doctor, [one], day(28)), archived)).toEqual([]);
    const documents = (persona: Persona) => told(reads(persona, UNKNOWN.slice(0, 1), day(28), 'documents'));
    expect(await documents(personas.finance)).toEqual([]);
    expect(kindsOf(await documents(personas.assistant), personas.assistant)).toEqual(['no_relationship']);
  });

  test('is who reads what care that somebody wrote down afterwards is said to cover [N-39 -]', async () => {
    const [one = ''] = UNKNOWN;
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const backdated = `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at)
      values ('${CLINIC_A}', '${one}', '${personas.breakGlass.userId}', 'covering', '${ago(20)}')`;
    // At noon on the clinic's wall, whatever time it is now.
    const yesterday = `${ago(1).slice(0, 10)} 15:00+00`;
    const rows = await told(reads(personas.breakGlass, [one], yesterday), backdated, auditor, ago(0));
    expect(kindsOf(rows, personas.breakGlass)).toEqual(['no_relationship']);
  });

  test('stays who read what no care covered: nobody has ended care go on, or planned care have begun [N-39 N-21 -]', async () => {
    const ENDED = idOf('care', 'a', '04');
    const RUNNING = idOf('care', 'a', '01');
    await database().as(personas.clinicAdmin, async (session) => {
      const change = (id: string, to: string) =>
        session.attempt(`update public.care_relationships set ${to} where id = $1`, [id]);
      for (const to of [
        `ends_at = now() + interval '1 day'`,
        'ends_at = null',
        `ends_at = ends_at + interval '1 hour'`,
      ])
        expect(await change(ENDED, to), to).toMatchObject({ ok: false, code: 'CD013' });
      expect(await change(RUNNING, `starts_at = '2020-01-01'`)).toMatchObject({ ok: false, code: 'CD013' });
      // What is to come may be planned otherwise, and what runs may end.
      const planned = await session.value<string>(
        `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at)
         values ($1, $2, $3, 'covering', now() + interval '9 days') returning id`,
        [CLINIC_A, idOf('patient', 'a', '02'), personas.nurse.userId],
      );
      expect(await change(String(planned), `starts_at = now() + interval '2 days'`)).toMatchObject({
        count: 1,
      });
      expect(await change(String(planned), `starts_at = now() - interval '2 days'`)).toMatchObject({
        code: 'CD013',
      });
      for (const to of [
        `ends_at = now() + interval '1 day'`,
        `ends_at = null`,
        `ends_at = now()`,
        'archived_at = now()',
      ])
        expect(await change(RUNNING, to), to).toMatchObject({ ok: true, count: 1 });
      expect(await change(ENDED, `kind = 'primary'`)).toMatchObject({ ok: true, count: 1 });
    });
  });

  test('is who is no member any more, though nobody is shown the membership [N-39 N-16 +]', async () => {
    const left = `update public.organisation_members set archived_at = now() where user_id = '${personas.nurse.userId}'`;
    const rows = await told(reads(personas.nurse, UNKNOWN, day(29)), left);
    expect(kindsOf(rows, personas.nurse)).toEqual(['no_relationship', 'volume']);
  });

  test('is who reads of a patient of their own surname whom they do not treat [N-39 +]', async () => {
    const [one = ''] = UNKNOWN;
    const named = (name: string, who: Persona) =>
      `update public.profiles set display_name = '${name}' where user_id = '${who.userId}'`;
    const relative = `update public.patients set full_name = 'Rita Helena SOUZA' where id = '${one}'; ${named('Paulo Souza', personas.doctor)}`;
    expect(kindsOf(await told(reads(personas.doctor, [one], day(29)), relative), personas.doctor)).toEqual([
      'no_relationship',
      'same_surname',
    ]);
    expect(
      kindsOf(await told(reads(personas.breakGlass, [one], day(29)), relative), personas.breakGlass),
    ).toEqual(['no_relationship']);
    const treated = relative.replace(one, TREATED[0] ?? '');
    expect(await told(reads(personas.doctor, TREATED.slice(0, 1), day(29)), treated)).toEqual([]);
    const opened = `${relative}; insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at)
      values ('${CLINIC_A}', '${one}', '${personas.doctor.userId}', '3', '${day(29, '14:59')}', '${day(29, '15:30')}')`;
    expect(kindsOf(await told(reads(personas.doctor, [one], day(29)), opened), personas.doctor)).toEqual([
      'same_surname',
    ]);
  });

  test('is nobody because of a name that is empty, one word, a pattern or a statement [N-39 -]', async () => {
    const [one = ''] = UNKNOWN;
    for (const [staff, patient] of [
      ['', ''],
      ['Souza', 'Souza Lima'],
      ['A .*', 'B Souza'],
      ["Robert'); drop table patients; --", 'Ana Lima'],
      ['Ana \\S+', 'Rita (.*)'],
      [`${'x'.repeat(50)} ${'z'.repeat(20)}`, `Rita ${'y'.repeat(60)}`],
    ] as const) {
      const named = `update public.profiles set display_name = $x$${staff}$x$ where user_id = '${personas.doctor.userId}' and $x$${staff}$x$ <> '';
        update public.patients set full_name = $x$${patient}$x$ where id = '${one}' and $x$${patient}$x$ <> ''`;
      const rows = await told(reads(personas.doctor, [one], day(29)), named);
      expect(kindsOf(rows, personas.doctor), staff).toEqual(['no_relationship']);
    }
  });

  test('is who reads their own record, treated by themselves or not, and a colleague’s whom they do not treat [N-39 +]', async () => {
    const [mine = ''] = TREATED;
    const [theirs = ''] = UNKNOWN;
    const linked = `update public.profiles set display_name = 'Paulo Mota' where user_id = '${personas.doctor.userId}';
      update public.patients set full_name = 'paulo mota' where id in ('${mine}', '${theirs}')`;
    expect(kindsOf(await told(reads(personas.doctor, [mine], day(29)), linked), personas.doctor)).toEqual([
      'own_record',
    ]);
    expect(kindsOf(await told(reads(personas.nurse, [theirs], day(29)), linked), personas.nurse)).toEqual([
      'colleague_record',
      'no_relationship',
    ]);
    expect(kindsOf(await told(reads(personas.nurse, [mine], day(29)), linked), personas.nurse)).toEqual([]);
    const account = `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship)
      values ('${CLINIC_A}', '${personas.nurse.userId}', '${mine}', 'self')`;
    expect(kindsOf(await told([], account), personas.nurse)).toEqual(['own_record']);
  });

  test('is who is refused far more often than anybody of the role [N-39 +]', async () => {
    const refused = Array.from(
      { length: 40 },
      (): Access => ({ userId: personas.assistant.userId, outcome: 'denied', at: day(29) }),
    );
    expect(await told(refused)).toMatchObject([
      { kind: 'denials', user_id: personas.assistant.userId, records: '40' },
    ]);
    expect(await told(refused.slice(0, 19))).toEqual([]);
    // In a view, what is not for them is left out and no refusal of theirs.
    const shown = refused.flatMap((refusal, n): Access[] => {
      const at = day(29, `15:${String(10 + n)}`);
      return [
        { ...refusal, tableName: 'patient_clinical', at },
        {
          userId: personas.assistant.userId,
          tableName: 'patients',
          outcome: 'allowed',
          role: 'assistant',
          at,
        },
      ];
    });
    expect(await told(shown)).toEqual([]);
  });
});

describe('who is told', () => {
  const snooping = () => reads(personas.nurse, UNKNOWN, day(29));

  test('auditor and privacy officer of the clinic are told the same, by ids [N-39 +]', async () => {
    const [one, other] = [await told(snooping()), await told(snooping(), '', personas.privacyOfficer)];
    expect(one.length).toBeGreaterThan(100);
    expect(other).toEqual(one);
  });

  test('nobody else of the clinic is told, the snooper included [N-39 S-02 -]', async () => {
    for (const persona of [
      personas.clinicAdmin,
      personas.doctor,
      personas.nurse,
      personas.receptionist,
      personas.stranger,
    ] as Persona[]) {
      expect(await told(snooping(), '', persona), persona.name).toEqual([]);
    }
  });

  test('no officer is told of another clinic, whatever its log says [N-39 S-04 -]', async () => {
    const elsewhere = UNKNOWN.map(
      (patientId): Access => ({
        userId: personas.doctorOfB.userId,
        patientId,
        at: day(29),
        organisationId: CLINIC_B,
      }),
    );
    expect(await told(elsewhere)).toEqual([]);
    const officerOfB = {
      ...auditor,
      claims: {
        ...auditor.claims,
        sub: idOf('staff', 'b', '16'),
        session_id: 'b1000000-0000-7000-9000-000000000016',
      },
    };
    expect(await told(snooping(), '', officerOfB)).toEqual([]);
    expect((await told(elsewhere, '', officerOfB)).length).toBeGreaterThan(0);
  });

  test('portal, operations, server and who is not signed in are refused [N-39 -]', async () => {
    for (const persona of [
      personas.patient,
      personas.opsAuditor,
      personas.servicePinned,
      personas.anon,
    ] as Persona[]) {
      expect(
        await database().as(persona, (session) => session.attempt('select from public.access_anomalies')),
        persona.name,
      ).toMatchObject({ ok: false, code: '42501' });
    }
  });
});
