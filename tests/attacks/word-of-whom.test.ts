import { expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { ANA, change, withdraw } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { owner, retentionIn } from '../support/erasure.ts';
import { type Become, tellStory } from '../support/story.ts';

/*
 * Whose word something was is not read off the staff of today: they leave, retention takes their rows, and a clinic_admin writes down others.
 */

const database = useDatabase({ twins: false });
const TREATMENT = idOf('consent', 'a', '01');
const CHAI = idOf('patient', 'a', '03');
const { stranger } = personas;
const refused = { ok: false, code: 'CD009' };
const done = { ok: true, count: 1 };

const glass = async (as: Become, patient = ANA) => {
  const doctor = await as(personas.breakGlass);
  return doctor.undone(() =>
    doctor.attempt(
      `select public.open_emergency_access($1, 'unconscious in the emergency room, no history known')`,
      [patient],
    ),
  );
};

/** Reception proposes, Ana agrees, and refuses emergency access by it. */
const refusing = async (as: Become, purpose: string) => {
  const reception = await as(personas.receptionist);
  await reception.rows(
    'insert into public.consents (organisation_id, id, patient_id, purpose, break_glass_allowed) values ($1, $2, $3, $4, false)',
    [CLINIC_A, NOBODY, ANA, purpose],
  );
  return agree(as);
};
const agree = async (as: Become) =>
  (await as(personas.patient)).attempt(`update public.consents set status = 'active' where id = $1`, [
    NOBODY,
  ]);

/** They leave, and years go by: what retention takes is gone. */
const gone = async (as: Become, users: readonly (string | undefined)[], years: number) => {
  const server = await as(personas.servicePinned);
  await server.rows(
    `update public.organisation_members set is_active = false, archived_at = now() where organisation_id = $1 and user_id = any ($2)`,
    [CLINIC_A, users],
  );
  await server.rows('update public.legal_holds set released_at = now() where organisation_id = $1', [
    CLINIC_A,
  ]);
  const session = await owner(as);
  await retentionIn(session, years);
  return session;
};

const bases = async (as: Become) =>
  (await as(personas.clinicAdmin)).rows(
    `update public.organisation_settings set legal_bases = '{consent,health_protection,vital_interest}'`,
  );
const rely = async (as: Become, purpose: string, basis: string) =>
  (await as(personas.privacyOfficer)).attempt(
    `select public.rely_on_legal_basis($1, $2, $3, 'admitted, unconscious, nobody to ask for consent')`,
    [ANA, purpose, basis],
  );
const charts = async (as: Become) =>
  (await as(personas.doctor)).value(
    'select count(*)::integer from public.medical_records where patient_id = $1',
    [ANA],
  );

test('a refusal that reception ended for a patient goes on when reception has left and retention has been [N-18 N-49 -, N-18 +]', async () => {
  await tellStory(database(), async (as) => {
    expect(await glass(as), 'control').toMatchObject({ ok: true });
    expect(await refusing(as, 'research')).toMatchObject(done);
    const reception = await as(personas.receptionist);
    expect(await withdraw(reception, NOBODY, 'Asked for by telephone')).toMatchObject({ ok: true });
    expect(await glass(as)).toMatchObject(refused);
    await gone(as, [personas.receptionist.userId], 2);
    expect(await glass(as)).toMatchObject(refused);
  });
});

test('a refusal written from a paper is lifted by another clinic_admin, whoever wrote it and is gone [N-18 N-49 +]', async () => {
  await tellStory(database(), async (as) => {
    const admin = await as(personas.clinicAdmin);
    await admin.rows(
      'insert into public.access_restrictions (organisation_id, id, patient_id) values ($1, $2, $3)',
      [CLINIC_A, NOBODY, CHAI],
    );
    await (await as(personas.servicePinned)).rows(
      `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'clinic_admin')`,
      [CLINIC_A, stranger.userId],
    );
    await gone(as, [personas.clinicAdmin.userId], 2);
    expect(await glass(as, CHAI)).toMatchObject(refused);
    const other = await as(stranger);
    expect(
      await other.attempt('update public.access_restrictions set lifted_at = now() where id = $1', [NOBODY]),
    ).toMatchObject(done);
    expect(await glass(as, CHAI)).toMatchObject({ ok: true });
  });
});

test('who ended nothing of a patient goes a year after they left, as before [N-38 N-49 -]', async () => {
  await tellStory(database(), async (as) => {
    const session = await gone(as, [personas.receptionist.userId], 2);
    expect(
      await session.value(
        'select count(*)::integer from public.organisation_members where organisation_id = $1 and user_id = $2',
        [CLINIC_A, personas.receptionist.userId],
      ),
    ).toBe(0);
  });
});

test('what a patient took back stays so when a clinic_admin writes them down among the members [N-18 +]', async () => {
  await tellStory(database(), async (as) => {
    expect(await refusing(as, 'research')).toMatchObject(done);
    expect(await glass(as), 'control').toMatchObject(refused);
    expect(await withdraw(await as(personas.patient), NOBODY)).toMatchObject({ ok: true });
    expect(await glass(as)).toMatchObject({ ok: true });
    const admin = await as(personas.clinicAdmin);
    expect(
      await admin.attempt(
        `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'receptionist')`,
        [CLINIC_A, personas.patient.userId],
      ),
    ).toMatchObject(done);
    expect(await glass(as)).toMatchObject({ ok: true });
  });
});

test('a patient consents, and refuses by it, where the clinic relied on another basis: that is over [N-45 N-18 +]', async () => {
  await tellStory(database(), async (as) => {
    await withdraw(await as(personas.patient), TREATMENT);
    await bases(as);
    expect(await rely(as, 'treatment', 'vital_interest')).toMatchObject({ ok: true });
    expect(await refusing(as, 'treatment')).toMatchObject(done);
    expect(
      await (await as(personas.patient)).rows(
        `select status from public.consents where purpose = 'treatment' and legal_basis = 'vital_interest'`,
      ),
    ).toEqual([{ status: 'expired' }]);
    expect(await charts(as)).toBe(3);
    expect(await glass(as)).toMatchObject(refused);
  });
});

test('the officer relies on another basis where a consent is over by a new text, and the refusal in it goes on [N-45 N-50 +, N-18 -]', async () => {
  await tellStory(database(), async (as) => {
    await withdraw(await as(personas.patient), TREATMENT);
    expect(await refusing(as, 'treatment')).toMatchObject(done);
    await bases(as);
    expect(await rely(as, 'treatment', 'vital_interest'), 'while it is in force').toMatchObject({
      ok: false,
      code: 'CD013',
    });
    await change(await as(personas.opsAdmin), 'treatment');
    expect(await charts(as)).toBe(0);
    expect(await rely(as, 'treatment', 'vital_interest')).toMatchObject({ ok: true });
    expect(await charts(as)).toBe(3);
    expect(await glass(as)).toMatchObject(refused);
  });
});

test('an objection that was upheld binds for as long as there is a chart, and goes with it [N-49 -, N-45 +]', async () => {
  await tellStory(database(), async (as) => {
    await bases(as);
    const trying = async () => {
      const outcome = await rely(as, 'scheduling', 'health_protection');
      await (await owner(as)).rows(
        `delete from public.consents where organisation_id = $1 and patient_id = $2 and legal_basis = 'health_protection'`,
        [CLINIC_A, ANA],
      );
      return outcome;
    };
    expect(await trying(), 'control').toMatchObject({ ok: true });
    await (await as(personas.patient)).rows(
      `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, 'objection')`,
      [CLINIC_A, NOBODY, ANA],
    );
    await (await as(personas.privacyOfficer)).rows(
      `update public.subject_requests set status = 'completed' where id = $1`,
      [NOBODY],
    );
    const barred = { ok: false, code: 'CD020', message: 'the patient has objected' };
    expect(await trying()).toMatchObject(barred);
    const session = await gone(as, [], 8);
    expect(await trying()).toMatchObject(barred);
    await retentionIn(await owner(as), 34);
    expect(
      await session.value('select count(*)::integer from public.subject_requests where id = $1', [NOBODY]),
    ).toBe(0);
  });
});

test('whom the patient shut out lets in nobody while they lie in a bed, and a colleague does [N-21 -, N-21 +]', async () => {
  await tellStory(database(), async (as) => {
    const letIn = async (who: Persona) =>
      (await as(who)).attempt(`select public.assign_care($1, $2, 'nursing')`, [
        ANA,
        personas.breakGlass.userId,
      ]);
    await (await as(personas.patient)).rows(
      'insert into public.access_restrictions (organisation_id, id, patient_id, restricted_user_id) values ($1, $2, $3, $4)',
      [CLINIC_A, NOBODY, ANA, personas.doctor.userId],
    );
    expect(await letIn(personas.doctor)).toMatchObject({
      ok: false,
      code: '42501',
      message: 'this care is not yours to assign',
    });
    await (await as(personas.patient)).rows(
      'update public.access_restrictions set lifted_at = now() where id = $1',
      [NOBODY],
    );
    expect(await letIn(personas.doctor), 'lifted').toMatchObject({ ok: true });
    expect(await letIn(personas.nurse)).toMatchObject({ ok: true });
  });
});
