import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { exportedByOfficer } from '../support/subject-exports.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ANA = idOf('patient', 'a', '01');

interface Export {
  readonly format: string;
  readonly export: {
    readonly tables: Readonly<Record<string, readonly Record<string, unknown>[]>>;
    readonly left_out: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly export_sha256: string;
}
const exporting = (session: Session, patient = ANA) =>
  session.attempt('select public.export_subject($1) as all', [patient]);
const given = (outcome: Outcome): Export => {
  if (!outcome.ok) throw new Error(`${outcome.code} ${outcome.message}`);
  return outcome.rows[0]?.all as Export;
};
/** Ids of a table's rows as the superuser finds them. */
const idsOf = async (session: Session, table: string, condition: string) => {
  await session.script('reset role');
  return (await session.rows<{ id: string }>(`select id from ${table} where ${condition} order by id`)).map(
    ({ id }) => id,
  );
};

describe('export_subject', () => {
  test('gives every row of the patient, of every table that names patients, and no other row [N-49 S-04 +]', async () => {
    await story(async (as) => {
      const { tables, left_out } = given(await exporting(await as(personas.patient))).export;
      const session = await as(personas.patient);
      await session.script('reset role');
      // Found in another way than the export does: by the name of the column, and by hand where there is none.
      const named = await session.rows<{ name: string }>(
        `select c.table_schema || '.' || c.table_name as name
         from information_schema.columns as c
         join information_schema.tables as t using (table_schema, table_name)
         where c.column_name = 'patient_id' and t.table_type = 'BASE TABLE' and c.table_schema in ('public', 'audit', 'governance')`,
      );
      expect(named.length).toBeGreaterThan(20);
      const asked: [string, string][] = [
        ...named.map(({ name }): [string, string] => [name, `patient_id = '${ANA}'`]),
        ...['public.patients', 'public.patient_identity', 'public.patient_clinical'].map(
          (name): [string, string] => [name, `id = '${ANA}'`],
        ),
        [
          'public.case_activity_log',
          `case_id in (select id from public.cases where organisation_id = '${CLINIC_A}' and patient_id = '${ANA}')
           or entity_id in (select id from public.admissions where patient_id = '${ANA}' union select id from public.transfers where patient_id = '${ANA}'
             union select id from public.documents where patient_id = '${ANA}' union select id from public.signed_forms where patient_id = '${ANA}' union select id from public.invoices where patient_id = '${ANA}'
             union select id from public.payments where patient_id = '${ANA}')`,
        ],
      ];
      let rows = 0;
      for (const [name, condition] of asked) {
        const ids = await idsOf(session, name, `organisation_id = '${CLINIC_A}' and (${condition})`);
        if (tables[name] === undefined) {
          expect(Object.values(left_out[name] ?? {}), name).not.toEqual([]);
          continue;
        }
        // The export's own disclosure came after it.
        const exported = tables[name].map(({ id }) => id).sort();
        expect(exported, name).toEqual(
          name === 'public.disclosures' ? ids.filter((id) => exported.includes(id)) : ids,
        );
        rows += ids.length;
      }
      expect(rows).toBeGreaterThan(20);
      const text = JSON.stringify(tables);
      for (const other of [
        CLINIC_B,
        idOf('patient', 'a', '02'),
        idOf('patient', 'a', '03'),
        idOf('patient', 'b', '01'),
      ]) {
        expect(text).not.toContain(other);
      }
    });
  });

  test('finds a table that was added today, by a key of its own or through another, and nothing of the neighbour’s [N-49 +]', async () => {
    await story(async (as) => {
      const session = await as(personas.patient);
      await session.script(`reset role;
        create table public.added (organisation_id uuid, id uuid, whose uuid, note text, primary key (organisation_id, id),
          foreign key (organisation_id, whose) references public.patients (organisation_id, id));
        create table public.added_lines (organisation_id uuid, id uuid, added_id uuid, primary key (organisation_id, id),
          foreign key (organisation_id, added_id) references public.added (organisation_id, id));
        insert into public.added select organisation_id, id, id, 'noted' from public.patients;
        insert into public.added_lines select organisation_id, id, id from public.added;
        create table public.added_softly (organisation_id uuid, patient uuid);
        insert into public.added_softly select organisation_id, id from public.patients;
        insert into governance.subject_links values ('public', 'added_softly', 'patient', 'patients')`);
      const { tables } = given(await exporting(await as(personas.patient))).export;
      expect(tables['public.added']).toEqual([
        { organisation_id: CLINIC_A, id: ANA, whose: ANA, note: 'noted' },
      ]);
      expect(tables['public.added_lines']).toEqual([{ organisation_id: CLINIC_A, id: ANA, added_id: ANA }]);
      expect(tables['public.added_softly']).toEqual([{ organisation_id: CLINIC_A, patient: ANA }]);
    });
  });

  test('finds what an application calls as it likes: capitals, blanks, another word for the organisation, or none [N-49 S-04 +, S-04 -]', async () => {
    await story(async (as) => {
      const session = await as(personas.patient);
      await session.script(`reset role;
        create table public."User Notes" (organisation_id uuid, "Patient" uuid, "some ""text" text,
          foreign key (organisation_id, "Patient") references public.patients (organisation_id, id));
        insert into public."User Notes" select organisation_id, id, 'noted' from public.patients;
        create table public.tracks (organisation_id uuid, patient_id uuid not null, t integer, "*" integer,
          foreign key (organisation_id, patient_id) references public.patients (organisation_id, id));
        insert into public.tracks select organisation_id, id, 1, 2 from public.patients;
        create table public.visits (clinic_id uuid, id uuid primary key default gen_random_uuid(), patient_id uuid not null,
          foreign key (clinic_id, patient_id) references public.patients (organisation_id, id));
        insert into public.visits (clinic_id, patient_id) select organisation_id, id from public.patients;
        create table public.visit_lines (visit_id uuid references public.visits (id), note text);
        insert into public.visit_lines select id, clinic_id::text from public.visits`);
      const { tables } = given(await exporting(await as(personas.patient))).export;
      // The twin under the same id at another organisation is nobody's here.
      expect(tables['public."User Notes"']).toEqual([
        { organisation_id: CLINIC_A, Patient: ANA, 'some "text': 'noted' },
      ]);
      expect(tables['public.tracks']).toEqual([{ organisation_id: CLINIC_A, patient_id: ANA, t: 1, '*': 2 }]);
      expect(tables['public.visits']).toEqual([
        { clinic_id: CLINIC_A, id: expect.any(String), patient_id: ANA },
      ]);
      expect(tables['public.visit_lines']).toEqual([
        { visit_id: tables['public.visits']?.[0]?.id, note: CLINIC_A },
      ]);
    });
  });

  test('finds a row by whichever of its keys names the patient [N-49 S-04 +, S-04 -]', async () => {
    await story(async (as) => {
      const session = await as(personas.patient);
      const BEA = idOf('patient', 'a', '02');
      await session.script(`reset role;
        create table public.kin (organisation_id uuid not null, child uuid not null, mother uuid not null, note text,
          foreign key (organisation_id, child) references public.patients (organisation_id, id),
          foreign key (organisation_id, mother) references public.patients (organisation_id, id));
        insert into public.kin values
          ('${CLINIC_A}', '${ANA}', '${BEA}', 'child'), ('${CLINIC_A}', '${BEA}', '${ANA}', 'mother'), ('${CLINIC_A}', '${BEA}', '${BEA}', 'neither');
        create table public.calls (organisation_id uuid not null, patient_id uuid, case_id uuid, note text,
          foreign key (organisation_id, patient_id) references public.patients (organisation_id, id),
          foreign key (organisation_id, case_id) references public.cases (organisation_id, id));
        insert into public.calls select organisation_id, null, id, patient_id::text from public.cases where organisation_id = '${CLINIC_A}';
        insert into public.calls values ('${CLINIC_A}', '${ANA}', null, 'by name'), ('${CLINIC_A}', '${BEA}', null, 'of another')`);
      const cases = (
        await idsOf(session, 'public.cases', `organisation_id = '${CLINIC_A}' and patient_id = '${ANA}'`)
      ).length;
      expect(cases).toBeGreaterThan(0);
      const { tables } = given(await exporting(await as(personas.patient))).export;
      const notes = (table: string) => (tables[table] ?? []).map(({ note }) => note).sort();
      expect(notes('public.kin')).toEqual(['child', 'mother']);
      expect(notes('public.calls')).toEqual([...Array(cases).fill(ANA), 'by name'].sort());
    });
  });

  test('gives what an application wrote as json and jsonb does not take, as the text that it is: nothing else is lost for it [N-49 +]', async () => {
    await story(async (as) => {
      const session = await as(personas.patient);
      await session.script(`reset role;
        create domain public.form as json;
        create type public.reply as (said json, at integer);
        create type public.mood as enum ('well');
        create function public.mood_told(public.mood) returns json language sql as $f$ select '{"a": "\\u0000"}'::json $f$;
        create cast (public.mood as json) with function public.mood_told(public.mood);
        create table public.scans (organisation_id uuid, patient_id uuid, id integer primary key, raw json, many json[], form public.form, reply public.reply, note text, mood public.mood,
          foreign key (organisation_id, patient_id) references public.patients (organisation_id, id));
        insert into public.scans values
          ('${CLINIC_A}', '${ANA}', 1, '{"a": "x\\u0000y"}', array['{"a": "x\\u0000y"}'::json], '[1e999999]', row('"\\u0000"'::json, 7), 'first', 'well'),
          ('${CLINIC_A}', '${ANA}', 2, '{"a": 1}', array['[2]'::json], '[3]', row('"four"'::json, 7), 'second', null),
          ('${CLINIC_A}', '${ANA}', 3, null, null, null, null, null, null),
          ('${CLINIC_A}', '${idOf('patient', 'a', '02')}', 4, '{"a": "x\\u0000y"}', null, null, null, 'of another', null)`);
      const { tables } = given(await exporting(await as(personas.patient))).export;
      const of = { organisation_id: CLINIC_A, patient_id: ANA };
      expect(tables['public.scans']).toEqual([
        {
          ...of,
          id: 1,
          raw: '{"a": "x\\u0000y"}',
          many: '[{"a": "x\\u0000y"}]',
          form: '[1e999999]',
          reply: '{"said":"\\u0000","at":7}',
          note: 'first',
          mood: '{"a": "\\u0000"}',
        },
        {
          ...of,
          id: 2,
          raw: { a: 1 },
          many: [[2]],
          form: [3],
          reply: { said: 'four', at: 7 },
          note: 'second',
          mood: null,
        },
        { ...of, id: 3, raw: null, many: null, form: null, reply: null, note: null, mood: null },
      ]);
    });
  });

  test('says of each column and table that it leaves out why, and gives none of them [N-49 -]', async () => {
    await story(async (as) => {
      const { tables, left_out } = given(await exportedByOfficer(as)).export;
      expect(left_out['public.emergency_access_reasons']).toMatchObject({
        reason: expect.stringContaining('reviewer'),
      });
      expect(left_out['audit.access_log']).toMatchObject({
        justification: expect.stringContaining('in confidence'),
      });
      expect(Object.keys(tables)).not.toContain('public.legal_holds');
      expect(left_out['public.legal_holds']).toMatchObject({ reason: expect.stringContaining('dispute') });
      for (const [table, columns] of Object.entries(left_out)) {
        for (const row of tables[table] ?? []) {
          expect(
            Object.keys(row).filter((column) => column in columns),
            table,
          ).toEqual([]);
        }
        expect(Object.values(columns).every((reason) => reason.length >= 10)).toBe(true);
      }
      // Nobody of the staff but those who treat the patient, whom the portal shows anyway.
      const {
        'public.care_relationships': _,
        'public.appointments': __,
        'public.emergency_access_grants': ___,
        ...rest
      } = tables;
      expect(JSON.stringify(rest)).not.toMatch(/"a1000000-0000-7000-8000-0000000000\d\d"/);
    });
  });

  test('names who of the care staff wrote in the chart, by name, council and licence, and by no login; nobody else of the staff [N-49 +, N-49 -]', async () => {
    await story(async (as) => {
      const doctor = await as(personas.doctor);
      const [entry] = await doctor.rows(
        `insert into public.medical_records (organisation_id, patient_id, record_type) values ($1, $2, 'consultation') returning id`,
        [CLINIC_A, ANA],
      );
      await doctor.rows(
        `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ($1, $2, $3, 'Synthetic')`,
        [CLINIC_A, entry?.id, ANA],
      );
      const [proposed] = await doctor.rows(
        `insert into public.consents (organisation_id, patient_id, purpose) values ($1, $2, 'research') returning id`,
        [CLINIC_A, ANA],
      );
      const receptionist = await as(personas.receptionist);
      const [visit] = await receptionist.rows(
        `insert into public.appointments (organisation_id, patient_id, professional_user_id, starts_at, ends_at)
         values ($1, $2, $3, now() + interval '300 days', now() + interval '300 days 1 hour') returning id`,
        [CLINIC_A, ANA, personas.doctor.userId],
      );
      const { tables } = given(await exporting(await as(personas.patient))).export;
      const author = (table: string, id: unknown) => tables[table]?.find((row) => row.id === id)?.written_by;
      for (const table of ['public.medical_records', 'public.medical_record_details'])
        expect(author(table, entry?.id), table).toEqual({
          name: expect.stringMatching(/\S/),
          council: 'CRM',
          licence: 'LIC-02',
        });
      expect(tables['public.appointments']?.map(({ id }) => id)).toContain(visit?.id);
      expect(author('public.appointments', visit?.id), 'who booked is no author').toBeUndefined();
      expect(tables['public.consents']?.map(({ id }) => id)).toContain(proposed?.id);
      expect(author('public.consents', proposed?.id), 'no entry of the chart').toBeUndefined();
      expect(
        author('public.medical_records', idOf('record', 'a', '01')),
        'a server wrote it',
      ).toBeUndefined();
      expect(JSON.stringify(tables['public.medical_records'])).not.toContain(personas.doctor.userId);
    });
  });

  test('is for the patient, whom they represent, and the officer of the clinic [N-15 S-04 -]', async () => {
    await story(async (as) => {
      expect(await exporting(await as(personas.patient))).toMatchObject({ ok: true });
      expect(await exportedByOfficer(as)).toMatchObject({ ok: true });
      expect(await exporting(await as(personas.guardian), idOf('patient', 'a', '02'))).toMatchObject({
        ok: true,
      });
      for (const persona of [
        personas.doctor,
        personas.clinicAdmin,
        personas.receptionist,
        personas.opsAgent,
        personas.servicePinned,
        personas.anon,
        personas.sessionless,
      ] as Persona[]) {
        expect(await exporting(await as(persona)), persona.name).toMatchObject({ ok: false, code: '42501' });
      }
      for (const [persona, patient] of [
        [personas.guardian, ANA],
        [personas.patientOfB, ANA],
        [personas.formerProxy, idOf('patient', 'a', '03')],
        [personas.privacyOfficer, idOf('patient', 'b', '01')],
        [personas.privacyOfficer, NOBODY],
      ] as const) {
        expect(await exporting(await as(persona), patient), persona.name).toMatchObject({
          ok: false,
          code: 'CD010',
          message: 'patient not found',
        });
      }
    });
  });

  test('reaches who is inactive or archived, where nobody else looks [N-49 +]', async () => {
    await story(async (as) => {
      for (const part of ['04', '05']) {
        const { tables } = given(await exportedByOfficer(as, idOf('patient', 'a', part))).export;
        expect(tables['public.patients'], part).toHaveLength(1);
      }
    });
  });

  test('is itself a disclosure, with the digest of what it gave [N-37 +]', async () => {
    await story(async (as) => {
      const { export: content, export_sha256 } = given(await exporting(await as(personas.patient)));
      const patient = await as(personas.patient);
      const [disclosure] = await patient.rows(
        `select recipient_kind, recipient_user_id, purpose, content, source_table, content_sha256, encode(sha256(convert_to($2::jsonb::text, 'UTF8')), 'hex') as again
         from public.disclosures where patient_id = $1 and source_table = 'public.export_subject'`,
        [ANA, JSON.stringify(content)],
      );
      expect(disclosure).toMatchObject({
        recipient_kind: 'patient',
        recipient_user_id: personas.patient.userId,
        purpose: 'subject_access',
        content_sha256: export_sha256,
        again: export_sha256,
      });
      expect(disclosure?.content).toContain('public.medical_records');
    });
  });

  test('its helpers are nobody’s to call [S-04 -]', async () => {
    for (const persona of [
      personas.privacyOfficer,
      personas.patient,
      personas.opsAdmin,
      personas.servicePinned,
    ] as Persona[]) {
      for (const call of [`governance.subject_rows('${CLINIC_A}', '${ANA}')`, 'governance.subject_graph()']) {
        const outcome = await database().as(persona, (session) => session.attempt(`select * from ${call}`));
        expect(outcome, `${persona.name}: ${call}`).toMatchObject({ ok: false, code: '42501' });
      }
    }
  });
});
