import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { change } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

/** Withdrew the consent to treatment. */
const CHAI = idOf('patient', 'a', '03');
const WHY = 'Ongoing care of a notifiable disease, by decision of the board.';

const rely = (
  session: Session,
  basis = 'health_protection',
  why = WHY,
  patient = CHAI,
  purpose = 'treatment',
) =>
  session.attempt('select public.rely_on_legal_basis($1, $2, $3, $4) as id', [patient, purpose, basis, why]);
const accept = async (as: Become) =>
  (await as(personas.clinicAdmin)).affected(
    `update public.organisation_settings set legal_bases = '{consent,health_protection,legal_obligation}'`,
  );
const clinical = async (as: Become) =>
  (await as(personas.assistant)).value<number>(
    'select count(*)::integer from public.patient_clinical where id = $1',
    [CHAI],
  );

describe('care without consent', () => {
  test('is open only where the clinic says that it relies on it, and the officer says why for the patient [N-45 +]', async () => {
    await story(async (as) => {
      expect(await clinical(as), 'control').toBe(0);
      expect(await rely(await as(personas.privacyOfficer))).toMatchObject({ ok: false, code: 'CD020' });
      expect(await accept(as)).toBe(1);
      expect(await clinical(as), 'a setting alone opens nothing').toBe(0);
      expect(await rely(await as(personas.privacyOfficer))).toMatchObject({ ok: true });
      expect(await clinical(as)).toBe(1);
    });
  });

  test('is told apart from consent, with its basis, why, since when and by whom [N-45 +]', async () => {
    await story(async (as) => {
      await accept(as);
      await rely(await as(personas.privacyOfficer));
      const told = await (await as(personas.clinicAdmin)).rows(
        `select patient_id, purpose, legal_basis, justification, since is not null as is_dated, recorded_by_user_id
         from public.processing_without_consent where patient_id = $1`,
        [CHAI],
      );
      expect(told).toEqual([
        {
          patient_id: CHAI,
          purpose: 'treatment',
          legal_basis: 'health_protection',
          justification: WHY,
          is_dated: true,
          recorded_by_user_id: personas.privacyOfficer.userId,
        },
      ]);
      const consents = await (await as(personas.clinicAdmin)).value<number>(
        `select count(*)::integer from public.processing_without_consent where legal_basis = 'consent'`,
      );
      expect(consents).toBe(0);
    });
  });

  test('is recorded by nobody else, for no other clinic, and by nobody who would profit [N-45 S-04 -]', async () => {
    await story(async (as) => {
      await accept(as);
      for (const persona of [
        personas.doctor,
        personas.clinicAdmin,
        personas.receptionist,
        personas.opsAdmin,
        personas.patient,
      ] as Persona[]) {
        expect(await rely(await as(persona)), persona.name).toMatchObject({ ok: false, code: '42501' });
      }
      const officer = await as(personas.privacyOfficer);
      for (const patient of [
        NOBODY,
        idOf('patient', 'b', '01'),
        idOf('patient', 'a', '05'),
        idOf('patient', 'a', '04'),
      ]) {
        expect(await rely(officer, 'health_protection', WHY, patient)).toMatchObject({
          ok: false,
          code: 'CD010',
        });
      }
      const doctor = await as(personas.doctor);
      expect(
        await doctor.attempt(
          `insert into public.consents (organisation_id, patient_id, purpose, legal_basis) values ($1, $2, 'treatment', 'health_protection')`,
          [CLINIC_A, CHAI],
        ),
        'nor proposed',
      ).toMatchObject({ ok: false, code: 'CD005' });
    });
  });

  test('takes a justification and a basis that is none of consent [N-45 -]', async () => {
    await story(async (as) => {
      await accept(as);
      const officer = await as(personas.privacyOfficer);
      for (const [basis, why] of [
        ['consent', WHY],
        ['vital_interest', WHY],
        ['anything', WHY],
        ['health_protection', 'too short'],
        ['health_protection', '\u200b'.repeat(30)],
      ] as const) {
        expect(await rely(officer, basis, why)).toMatchObject({ ok: false, code: 'CD020' });
      }
      expect(await rely(officer, 'health_protection', WHY, CHAI, 'anything')).toMatchObject({
        ok: false,
        code: 'CD006',
      });
      expect(await rely(officer)).toMatchObject({ ok: true });
      expect(await rely(officer)).toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test('is for a purpose that the law opens on that basis: marketing and insurers take the patient’s consent, by whatever hand [N-45 N-48 -, N-45 +]', async () => {
    await story(async (as) => {
      await (await as(personas.clinicAdmin)).rows(
        `update public.organisation_settings set legal_bases = '{consent,health_protection,vital_interest,legal_obligation}'`,
      );
      const officer = await as(personas.privacyOfficer);
      for (const purpose of ['marketing', 'insurer_disclosure'])
        for (const basis of ['health_protection', 'vital_interest', 'legal_obligation'])
          expect(await rely(officer, basis, WHY, CHAI, purpose), `${purpose} ${basis}`).toMatchObject({
            ok: false,
            code: 'CD020',
          });
      expect(await rely(officer, 'health_protection', WHY, CHAI, 'research')).toMatchObject({
        code: 'CD020',
      });
      expect(await rely(officer, 'legal_obligation', WHY, CHAI, 'research')).toMatchObject({ ok: true });
      const server = await as(personas.servicePinned);
      const written = (purpose: string) =>
        server.attempt(
          `insert into public.consents (organisation_id, patient_id, purpose, status, legal_basis, justification)
           values ($1, $2, $3, 'active', 'vital_interest', $4)`,
          [CLINIC_A, CHAI, purpose, WHY],
        );
      expect(await written('marketing')).toMatchObject({ ok: false, code: 'CD020' });
      expect(await written('treatment')).toMatchObject({ ok: true });
    });
  });

  test('of a purpose that operations think of tomorrow is consent alone, and they say nothing else of it [N-48 S-29 -]', async () => {
    await story(async (as) => {
      await accept(as);
      const admin = await as(personas.opsAdmin);
      await admin.rows(
        `insert into public.consent_purposes (purpose, description) values ('teaching', 'Teaching students.')`,
      );
      expect(
        await admin.attempt(
          `update public.consent_purposes set allowed_bases = '{consent,health_protection}' where purpose = 'teaching'`,
        ),
      ).toMatchObject({ ok: false, code: '42501' });
      const officer = await as(personas.privacyOfficer);
      expect(await rely(officer, 'health_protection', WHY, CHAI, 'teaching')).toMatchObject({
        code: 'CD020',
      });
    });
  });

  test('of a purpose is said by migrations alone: not by the server, which sends what it likes [N-48 S-05 -, N-48 +]', async () => {
    const bases = async (session: Session, purpose: string) =>
      session.value('select allowed_bases from public.consent_purposes where purpose = $1', [purpose]);
    await story(async (as) => {
      const server = await as(personas.servicePinned);
      expect(
        await server.affected(
          `insert into public.consent_purposes (purpose, description, allowed_bases) values ('teaching', 'Teaching students.', '{consent,vital_interest}')`,
        ),
      ).toBe(1);
      expect(await bases(server, 'teaching')).toEqual(['consent']);
      for (const putOff of ['', ` and set_config('role', 'authenticator', true) is not null`]) {
        await (await as(personas.servicePinned)).attempt(
          `update public.consent_purposes set allowed_bases = '{consent,vital_interest}', alias = 'sold' where purpose = 'marketing'${putOff}`,
        );
        expect(await bases(await as(personas.servicePinned), 'marketing'), putOff).toEqual(['consent']);
      }
      expect(
        await server.value(`select alias from public.consent_purposes where purpose = 'marketing'`),
        'what is the server’s to say',
      ).toBe('sold');
      await as(personas.servicePinned);
      await server.script(
        `reset role; set local role postgres; update public.consent_purposes set allowed_bases = '{consent,legal_obligation}' where purpose = 'teaching'`,
      );
      expect(await bases(server, 'teaching')).toEqual(['consent', 'legal_obligation']);
    });
  });

  test('ends where the law no longer opens the purpose on it, and is not taken up then: consents, and other bases, stay [N-45 N-48 -, N-45 +]', async () => {
    const child = idOf('patient', 'a', '02');
    await story(async (as) => {
      await accept(as);
      const server = await as(personas.servicePinned);
      const written = async (
        id: string,
        patient: string,
        status: string,
        basis: string,
        purpose = 'research',
      ) =>
        server.rows(
          `insert into public.consents (organisation_id, id, patient_id, purpose, status, legal_basis, justification) values ($1, $2, $3, $4, $5, $6, $7)`,
          [CLINIC_A, id, patient, purpose, status, basis, basis === 'consent' ? null : WHY],
        );
      const [inForce, proposed, consent, treatment] = ['71', '72', '73', '74'].map((part) =>
        idOf('consent', 'a', part),
      ) as [string, string, string, string];
      await written(inForce, CHAI, 'active', 'legal_obligation');
      await written(proposed, child, 'proposed', 'legal_obligation');
      await written(consent, child, 'proposed', 'consent');
      await written(treatment, CHAI, 'active', 'legal_obligation', 'treatment');
      await server.script(
        `reset role; update public.consent_purposes set allowed_bases = '{consent}' where purpose = 'research'`,
      );
      expect(
        await server.rows(
          `select id, status, withdrawal_reason, withdrawn_at is not null as is_dated from public.consents where organisation_id = $1 and id = any ($2) order by id`,
          [CLINIC_A, [inForce, proposed, consent, treatment]],
        ),
      ).toEqual([
        {
          id: inForce,
          status: 'withdrawn',
          withdrawal_reason: 'The law does not open this purpose on this basis.',
          is_dated: true,
        },
        { id: proposed, status: 'rejected', withdrawal_reason: null, is_dated: false },
        { id: consent, status: 'proposed', withdrawal_reason: null, is_dated: false },
        { id: treatment, status: 'active', withdrawal_reason: null, is_dated: false },
      ]);
    });
    // What was recorded before anybody listed the bases ends once the purpose is touched, as a migration does.
    await story(async (as) => {
      const server = await as(personas.servicePinned);
      await server.script('reset role; alter table public.consents disable trigger _107_version');
      await server.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, status, legal_basis, justification, purpose_version, given_at, given_how)
         values ($1, $2, $3, 'marketing', 'active', 'vital_interest', $4, 1, now(), 'recorded')`,
        [CLINIC_A, NOBODY, CHAI, WHY],
      );
      await server.script(
        `alter table public.consents enable always trigger _107_version; set local role postgres;
         update public.consent_purposes set allowed_bases = allowed_bases`,
      );
      expect(
        await server.value('select status from public.consents where organisation_id = $1 and id = $2', [
          CLINIC_A,
          NOBODY,
        ]),
      ).toBe('withdrawn');
    });
    // One that the end of its basis did not meet: of before it met any.
    await story(async (as) => {
      const server = await as(personas.servicePinned);
      const take = async (purpose: string) => {
        await server.rows(
          `insert into public.consents (organisation_id, id, patient_id, purpose, legal_basis, justification) values ($1, $2, $3, $4, 'legal_obligation', $5)`,
          [CLINIC_A, NOBODY, child, purpose, WHY],
        );
        await server.script(
          `reset role; alter table public.consent_purposes disable trigger _510_narrowed;
           update public.consent_purposes set allowed_bases = '{consent}' where purpose = 'research'`,
        );
        await as(personas.servicePinned);
        return server.attempt(
          `update public.consents set status = 'active' where organisation_id = $1 and id = $2`,
          [CLINIC_A, NOBODY],
        );
      };
      await server.script('savepoint one');
      expect(await take('research')).toMatchObject({ ok: false, code: 'CD020' });
      await server.script('rollback to one');
      expect(await take('treatment'), 'control').toMatchObject({ ok: true, count: 1 });
    });
  });

  test('settings hold no basis that the law does not know, and never less than consent [N-45 -]', async () => {
    await story(async (as) => {
      const admin = await as(personas.clinicAdmin);
      for (const bases of ['{health_protection}', '{}', '{consent,anything}', '{consent,NULL}']) {
        expect(
          await admin.attempt('update public.organisation_settings set legal_bases = $1', [bases]),
          bases,
        ).toMatchObject({
          ok: false,
          code: '23514',
        });
      }
    });
  });

  test("ends no refusal of emergency access, which is the patient's, also not after a later text [N-18 -]", async () => {
    const child = idOf('patient', 'a', '02');
    const glass = async (as: Become) =>
      (await as(personas.doctor)).attempt(
        `select public.open_emergency_access($1, 'Unconscious on arrival, allergies unknown')`,
        [child],
      );
    const refusing = async (as: Become, isRefusing: boolean) => {
      await accept(as);
      await (await as(personas.receptionist)).rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, break_glass_allowed) values ($1, $2, $3, 'research', $4)`,
        [CLINIC_A, NOBODY, child, !isRefusing],
      );
      await (await as(personas.guardian)).rows(`update public.consents set status = 'active' where id = $1`, [
        NOBODY,
      ]);
      expect(await change(await as(personas.opsAdmin), 'research', false)).toMatchObject({ ok: true });
      return rely(await as(personas.privacyOfficer), 'legal_obligation', WHY, child, 'research');
    };
    await story(async (as) => {
      expect(await refusing(as, true)).toMatchObject({ ok: false, code: 'CD013' });
      expect(await glass(as)).toMatchObject({ ok: false, code: 'CD009' });
    });
    await story(async (as) => {
      expect(await refusing(as, false), 'control').toMatchObject({ ok: true });
      expect(await glass(as), 'control').toMatchObject({ ok: true });
    });
  });
});
