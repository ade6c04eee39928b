import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

const CASE = idOf('case', 'a', '03');
const CHAI = idOf('patient', 'a', '03');
const HANDOFF_CONSENT = idOf('consent', 'a', '32');

/** What of clinic A hangs on the one case that operations hold, and the rows of each table that do. */
const HELD: Readonly<Record<string, readonly string[]>> = {
  patients: [CHAI],
  patient_identity: [CHAI],
  patient_clinical: [CHAI],
  consents: [idOf('consent', 'a', '03'), HANDOFF_CONSENT],
  admissions: [idOf('admission', 'a', '02')],
  beds: [idOf('bed', 'a', '04')],
  signed_forms: [idOf('form', 'a', '04')],
  medical_records: [idOf('record', 'a', '04')],
  documents: [idOf('document', 'a', '03')],
};

/** What of it tells of health, and takes the patient's consent to the handoff beside the case. */
const OF_HEALTH = ['patient_clinical', 'medical_records', 'documents'] as const;
const ofHealth = (seen: Readonly<Record<string, readonly string[]>>) => OF_HEALTH.map((table) => seen[table]);
const ALL_OF_HEALTH = OF_HEALTH.map((table) => HELD[table]);
const NO_HEALTH = OF_HEALTH.map(() => []);
/** Operations, who say at which clinic: an id may stand at two. */
const AGENT: Persona = { ...personas.opsAgent, settings: { 'app.current_clinic_id': CLINIC_A } };
/** A ticket to open the file itself. */
const TICKET = `select public.issue_read_ticket('${idOf('document', 'a', '03')}') ->> 'ticket_id'`;

/** Ids of clinic A that somebody sees, table by table. */
async function seenBy(session: Session): Promise<Record<string, readonly string[]>> {
  const seen: Record<string, readonly string[]> = {};
  for (const table of Object.keys(HELD)) {
    const rows = await session.rows<{ id: string }>(
      `select id from public.${table} where organisation_id = $1 order by id`,
      [CLINIC_A],
    );
    seen[table] = rows.map(({ id }) => id);
  }
  return seen;
}
const NOTHING = Object.fromEntries(Object.keys(HELD).map((table) => [table, []]));

/** The owner's hand, pinned to clinic A. */
async function asOwner(as: Become, ...statements: readonly (readonly [string, readonly unknown[]])[]) {
  const session = await as(personas.opsAgent);
  await session.script('reset role');
  for (const [statement, values] of statements) await session.rows(statement, values);
}

describe('what operations see of a clinic', () => {
  test('is what hangs on a case that was handed to them, table by table, and nothing else [S-29 N-24 +]', async () => {
    await database().as(personas.opsAgent, async (session) => {
      expect(await seenBy(session)).toEqual(HELD);
      for (const table of ['medical_record_details', 'appointments', 'care_relationships']) {
        expect(await session.attempt(`select 1 from public.${table}`), table).toMatchObject({
          ok: false,
          code: '42501',
        });
      }
    });
    for (const persona of [personas.opsAdmin, personas.opsAuditor, personas.formerOperator] as Persona[]) {
      expect(await database().as(persona, seenBy), persona.name).toEqual(NOTHING);
    }
  });

  test('ends with the case, and comes back when they reopen it [S-29 -]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      const go = (status: string, reason = 'null') =>
        agent.rows(
          `update public.cases set status = '${status}', reopen_reason = ${reason} where organisation_id = $1 and id = $2`,
          [CLINIC_A, CASE],
        );
      await go('closed');
      expect(await seenBy(agent)).toEqual(NOTHING);
      await go('active', `'billing'`);
      expect(await seenBy(agent)).toEqual(HELD);
    });
  });

  test('leaves them the invoices attached to it, which they settle after it is closed, and no other [S-29 S-34 +]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      const invoices = () =>
        agent.rows('select id from public.invoices where organisation_id = $1 order by id', [CLINIC_A]);
      const attached = [{ id: idOf('invoice', 'a', '03') }];
      expect(await invoices()).toEqual(attached);
      await agent.rows(`update public.cases set status = 'closed' where organisation_id = $1 and id = $2`, [
        CLINIC_A,
        CASE,
      ]);
      expect(await invoices()).toEqual(attached);
      await agent.rows('select public.detach_invoice($1, $2)', [CLINIC_A, idOf('invoice', 'a', '03')]);
      expect(await invoices()).toEqual([]);
    });
  });

  test('ends with the archiving of the case [S-29 -]', async () => {
    await story(async (as) => {
      await asOwner(as, [
        `update public.cases set archived_at = now() where organisation_id = '${CLINIC_A}' and id = $1`,
        [CASE],
      ]);
      expect(await seenBy(await as(personas.opsAgent))).toEqual(NOTHING);
    });
  });

  test.each([
    [
      'withdrawn',
      `update public.consents set status = 'withdrawn' where organisation_id = '${CLINIC_A}' and id = $1`,
    ],
    [
      'archived',
      `update public.consents set archived_at = now() where organisation_id = '${CLINIC_A}' and id = $1`,
    ],
  ])(
    "is nothing of health, not even as a file, once the patient's consent to the handoff is %s [N-45 N-50 S-29 -]",
    async (_, end) => {
      await story(async (as) => {
        expect(await (await as(AGENT)).attempt(TICKET)).toMatchObject({ ok: true });
        await asOwner(as, [end, [HANDOFF_CONSENT]]);
        const agent = await as(personas.opsAgent);
        expect(ofHealth(await seenBy(agent))).toEqual(NO_HEALTH);
        expect((await seenBy(agent)).patients).toEqual([CHAI]);
        expect(await (await as(AGENT)).attempt(TICKET)).toMatchObject({ ok: false, code: 'CD010' });
      });
    },
  );

  test("is no file for a ticket that was drawn before the patient's withdrawal [N-45 N-50 S-09 -]", async () => {
    for (const [withdrawn, opens] of [
      [false, true],
      [true, false],
    ]) {
      await story(async (as) => {
        const drawn = await (await as(AGENT)).value<string>(TICKET);
        if (withdrawn) {
          await asOwner(as, [
            `update public.consents set status = 'withdrawn' where organisation_id = '${CLINIC_A}' and id = $1`,
            [HANDOFF_CONSENT],
          ]);
        }
        const server = await as(personas.service);
        const redeemed = await server.attempt('select public.redeem_read_ticket($1, $2)', [CLINIC_A, drawn]);
        expect(redeemed.ok).toBe(opens);
      });
    }
  });

  test('is nothing of health under a consent to another purpose, or one that has ended [N-45 N-48 -]', async () => {
    for (const [purpose, expires] of [
      ['treatment', 'null'],
      ['ops_handoff', 'statement_timestamp()'],
    ]) {
      await story(async (as) => {
        await asOwner(
          as,
          [
            `update public.consents set status = 'withdrawn' where organisation_id = '${CLINIC_A}' and id = $1`,
            [HANDOFF_CONSENT],
          ],
          [
            `insert into public.consents (organisation_id, patient_id, purpose, status, expires_at) values ($1, $2, $3, 'active', ${expires})`,
            [CLINIC_A, CHAI, purpose],
          ],
        );
        expect(ofHealth(await seenBy(await as(personas.opsAgent)))).toEqual(NO_HEALTH);
      });
    }
  });

  test('is of health under a consent that ends later, and not under the consent of another patient [N-45 S-29 +]', async () => {
    for (const [patient, seen] of [
      [CHAI, ALL_OF_HEALTH],
      [idOf('patient', 'a', '01'), NO_HEALTH],
    ] as const) {
      await story(async (as) => {
        await asOwner(
          as,
          [
            `update public.consents set status = 'withdrawn' where organisation_id = '${CLINIC_A}' and id = $1`,
            [HANDOFF_CONSENT],
          ],
          [
            `insert into public.consents (organisation_id, patient_id, purpose, status, expires_at)
             values ($1, $2, 'ops_handoff', 'active', statement_timestamp() + interval '1 hour')`,
            [CLINIC_A, patient],
          ],
        );
        expect(ofHealth(await seenBy(await as(personas.opsAgent)))).toEqual(seen);
      });
    }
  });

  test('is never a record of a protected segment [N-01 S-29 -]', async () => {
    await story(async (as) => {
      await asOwner(as, [
        `insert into public.medical_records (organisation_id, patient_id, record_type, segments) values ($1, $2, 'consultation', '{PSY}')`,
        [CLINIC_A, CHAI],
      ]);
      expect((await seenBy(await as(personas.opsAgent))).medical_records).toEqual(HELD.medical_records);
    });
  });

  test('is a bed for as long as the patient lies in it, and the stays of that case alone [S-29 S-17 -]', async () => {
    await story(async (as) => {
      const nurse = await as(personas.nurse);
      await nurse.rows(`select public.discharge_patient($1, 'transferred')`, [idOf('admission', 'a', '02')]);
      await nurse.rows('select public.admit_patient($1, $2, null)', [CHAI, idOf('bed', 'a', '01')]);
      const seen = await seenBy(await as(personas.opsAgent));
      expect(seen.beds).toEqual([]);
      expect(seen.admissions).toEqual(HELD.admissions);
    });
  });

  test('is no bed of a stay that was archived as a mistake [S-29 S-17 -]', async () => {
    await story(async (as) => {
      await asOwner(as, [
        `update public.admissions set archived_at = now() where organisation_id = '${CLINIC_A}' and id = $1`,
        [idOf('admission', 'a', '02')],
      ]);
      expect((await seenBy(await as(personas.opsAgent))).beds).toEqual([]);
    });
  });

  test('stays within the clinic that handed it over: rows of the same ids elsewhere are not held [S-04 S-29 -]', async () => {
    await story(async (as) => {
      const agent = await as(personas.opsAgent);
      await agent.script('reset role');
      await agent.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_B]);
      for (const [statement, ...more] of [
        [
          `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'TWIN', 'Twin')`,
          CHAI,
        ],
        [
          `insert into public.cases (organisation_id, id, number, patient_id) values ($1, $3, 'TWIN', $2)`,
          CHAI,
          CASE,
        ],
        [
          `insert into public.beds (organisation_id, id, ward, label) values ($1, $2, 'Twin', '1')`,
          idOf('bed', 'a', '04'),
        ],
        [
          `insert into public.admissions (organisation_id, patient_id, bed_id, case_id, status) values ($1, $2, $3, $4, 'admitted')`,
          CHAI,
          idOf('bed', 'a', '04'),
          CASE,
        ],
        [
          `insert into public.consents (organisation_id, patient_id, purpose, status) values ($1, $2, 'ops_handoff', 'active')`,
          CHAI,
        ],
        [
          `insert into public.medical_records (organisation_id, patient_id, record_type) values ($1, $2, 'observation')`,
          CHAI,
        ],
      ] as const) {
        await agent.rows(statement, [CLINIC_B, ...more]);
      }
      await as(personas.opsAgent);
      for (const [table, key] of [
        ['patients', 'id'],
        ['admissions', 'patient_id'],
        ['consents', 'patient_id'],
        ['medical_records', 'patient_id'],
      ]) {
        expect(
          await agent.rows(`select 1 from public.${table} where organisation_id = $1 and ${key} = $2`, [
            CLINIC_B,
            CHAI,
          ]),
          table,
        ).toEqual([]);
      }
      expect(
        await agent.rows('select 1 from public.beds where organisation_id = $1 and id = $2', [
          CLINIC_B,
          idOf('bed', 'a', '04'),
        ]),
      ).toEqual([]);
      expect((await seenBy(agent)).patients).toEqual([CHAI]);
    });
  });
});
