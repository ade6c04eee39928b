import { expect, inject, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';
import { inTurn } from '../support/in-turn.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
/** Of the seed: handed over, under consent to the handoff. */
const [CHAI, HELD] = [idOf('patient', 'a', '03'), idOf('case', 'a', '03')];
const [ANA, CASE] = [idOf('patient', 'a', '01'), idOf('case', 'a', '01')];

const told = (session: Session, patient: string) =>
  session.rows(
    `select recipient_kind, purpose, content, source_table, source_id from public.disclosures
     where organisation_id = $1 and patient_id = $2 and 'medical_records' = any (content)`,
    [CLINIC_A, patient],
  );
const charts = async (session: Session, patient: string) =>
  (
    await session.rows('select from public.medical_records where organisation_id = $1 and patient_id = $2', [
      CLINIC_A,
      patient,
    ])
  ).length;
const propose = (session: Session, patient: string, purpose = 'ops_handoff') =>
  session.rows(
    'insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, $4)',
    [CLINIC_A, NOBODY, patient, purpose],
  );
const give = (session: Session) =>
  session.attempt(`update public.consents set status = 'active' where organisation_id = $1 and id = $2`, [
    CLINIC_A,
    NOBODY,
  ]);

test('a chart that opens to operations after its case did is told to the patient, as often as it opens, however that came about [N-37 N-45 S-29 +, N-37 -]', async () => {
  await tellStory(database(), async (as) => {
    const withdraw = async () =>
      (await as(personas.servicePinned)).rows(
        `update public.consents set status = 'withdrawn' where organisation_id = $1 and patient_id = $2 and purpose = 'ops_handoff' and status = 'active'`,
        [CLINIC_A, CHAI],
      );
    await withdraw();
    expect(await charts(await as(personas.opsAgent), CHAI), 'control: closed').toBe(0);
    const before = (await told(await as(personas.privacyOfficer), CHAI)).length;

    await propose(await as(personas.receptionist), CHAI);
    await give(await as(personas.servicePinned));
    expect(await charts(await as(personas.opsAgent), CHAI), 'control: opened').toBeGreaterThan(0);
    const after = await told(await as(personas.privacyOfficer), CHAI);
    expect(after).toHaveLength(before + 1);
    expect(after).toContainEqual({
      recipient_kind: 'operations',
      purpose: 'ops_handoff',
      content: ['patient_clinical', 'documents', 'medical_records'],
      source_table: 'public.cases',
      source_id: HELD,
    });

    await withdraw();
    const server = await as(personas.servicePinned);
    await server.rows(
      `insert into public.consents (organisation_id, patient_id, purpose, status) values ($1, $2, 'ops_handoff', 'active')`,
      [CLINIC_A, CHAI],
    );
    expect(await told(await as(personas.privacyOfficer), CHAI), 'written active').toHaveLength(before + 2);
  });
});

test('nothing is told of a consent that opens nothing to operations: to something else, over already, or of whom they hold no case [N-37 S-29 -]', async () => {
  for (const [patient, purpose, ends] of [
    [CHAI, 'research', 'infinity'],
    [ANA, 'ops_handoff', 'infinity'],
    [CHAI, 'ops_handoff', '-1 hour'],
  ] as const) {
    await tellStory(database(), async (as) => {
      const server = await as(personas.servicePinned);
      await server.rows(
        `update public.consents set status = 'withdrawn' where organisation_id = $1 and patient_id = $2 and purpose = $3 and status = 'active'`,
        [CLINIC_A, patient, purpose],
      );
      const before = await told(server, patient);
      await server.rows(
        `insert into public.consents (organisation_id, patient_id, purpose, status, expires_at)
         values ($1, $2, $3, 'active', case $4 when 'infinity' then null else now() + $4::interval end)`,
        [CLINIC_A, patient, purpose, ends],
      );
      expect(await told(server, patient), `${purpose}, ${ends}`).toEqual(before);
    });
  }
});

test('nor of one that takes the place of another in force, nor while the case is closed: the chart is as open, or as shut, as it was [N-37 S-29 -]', async () => {
  const written = (session: Session) =>
    session.rows(
      `insert into public.consents (organisation_id, patient_id, purpose, status) values ($1, $2, 'ops_handoff', 'active')`,
      [CLINIC_A, CHAI],
    );
  await tellStory(database(), async (as) => {
    const before = await told(await as(personas.privacyOfficer), CHAI);
    await (await as(personas.opsAdmin)).rows(
      `insert into public.consent_purpose_versions (purpose, description, is_material) values ('ops_handoff', 'Another text.', false)`,
    );
    await written(await as(personas.servicePinned));
    expect(await charts(await as(personas.opsAgent), CHAI), 'control: open').toBeGreaterThan(0);
    expect(await told(await as(personas.privacyOfficer), CHAI), 'the same consent anew').toEqual(before);
  });
  await tellStory(database(), async (as) => {
    await (await as(personas.opsAgent)).rows(
      `update public.cases set status = 'closed' where organisation_id = $1 and id = $2`,
      [CLINIC_A, HELD],
    );
    const server = await as(personas.servicePinned);
    await server.rows(
      `update public.consents set status = 'withdrawn' where organisation_id = $1 and patient_id = $2 and purpose = 'ops_handoff' and status = 'active'`,
      [CLINIC_A, CHAI],
    );
    const before = await told(server, CHAI);
    await written(server);
    expect(await told(server, CHAI), 'a case that they closed').toEqual(before);
    expect(await charts(await as(personas.opsAgent), CHAI)).toBe(0);
  });
});

test('each invoice that operations attach is told, as often as one is, and none that is taken off [N-37 S-29 S-34 +, N-37 -]', async () => {
  await tellStory(database(), async (as) => {
    const invoice = idOf('invoice', 'a', '03');
    const bills = async () =>
      (await as(personas.privacyOfficer)).rows(
        `select recipient_kind, purpose, content, source_id from public.disclosures where patient_id = $1 and source_table = 'public.invoices'`,
        [CHAI],
      );
    const seen = async () =>
      (await as(personas.opsAgent)).affected(
        'select from public.invoices where organisation_id = $1 and id = $2',
        [CLINIC_A, invoice],
      );
    const detach = async () =>
      (await as(personas.opsAgent)).rows('select public.detach_invoice($1, $2)', [CLINIC_A, invoice]);
    await detach();
    const before = await bills();
    expect(await seen(), 'control: taken off').toBe(0);
    await (await as(personas.opsAgent)).rows('select public.attach_invoice($1, $2, $3)', [
      CLINIC_A,
      invoice,
      HELD,
    ]);
    expect(await seen(), 'control: attached').toBe(1);
    const after = await bills();
    expect(after).toHaveLength(before.length + 1);
    expect(after).toContainEqual({
      recipient_kind: 'operations',
      purpose: 'billing',
      content: ['invoices', 'invoice_lines', 'payments'],
      source_id: invoice,
    });
    await detach();
    expect(await bills()).toEqual(after);
  });
});

test('a case that the server archived and brings back shows operations its patient again, and is told again; one that is closed is not [N-37 S-29 +, N-37 -]', async () => {
  for (const isClosed of [false, true]) {
    await tellStory(database(), async (as) => {
      if (isClosed) {
        await (await as(personas.opsAgent)).rows(
          `update public.cases set status = 'closed' where organisation_id = $1 and id = $2`,
          [CLINIC_A, HELD],
        );
      }
      const server = await as(personas.servicePinned);
      const put = (at: string) =>
        server.rows(`update public.cases set archived_at = ${at} where organisation_id = $1 and id = $2`, [
          CLINIC_A,
          HELD,
        ]);
      await put('now()');
      expect(await charts(await as(personas.opsAgent), CHAI), 'control: closed').toBe(0);
      await as(personas.servicePinned);
      const before = (await told(server, CHAI)).length;
      await put('null');
      await put('null');
      expect((await told(server, CHAI)).length - before).toBe(isClosed ? 0 : 1);
      expect(await charts(await as(personas.opsAgent), CHAI)).toBe(isClosed ? 0 : 1);
    });
  }
});

test('it is told, too, where the consent and the handoff meet, in either order, and no older snapshot hands over [N-37 N-45 -, N-37 +]', async () => {
  const hand = (session: Session) =>
    session.attempt(`update public.cases set status = 'handed_off' where organisation_id = $1 and id = $2`, [
      CLINIC_A,
      CASE,
    ]);
  for (const order of ['handed over first', 'consented first', 'older snapshot'] as const) {
    const apart = await TestDatabase.clone(inject('server'));
    const commit = { commit: true };
    try {
      await apart.as(personas.receptionist, (session) => propose(session, ANA), commit);
      await apart.as(
        personas.doctor,
        async (session) => {
          for (const to of ['triage', 'active', 'awaiting_transfer', 'in_transfer'])
            await session.attempt(
              'update public.cases set status = $1 where organisation_id = $2 and id = $3 and status <> $1',
              [to, CLINIC_A, CASE],
            );
        },
        commit,
      );
      if (order === 'older snapshot') {
        const late = await apart.as(personas.doctor, async (session) => {
          await session.script('rollback; begin isolation level repeatable read');
          await actAs(session, personas.doctor);
          await charts(session, ANA);
          await apart.as(personas.patient, give, commit);
          return hand(session);
        });
        expect(late).toMatchObject({ ok: false, code: 'CD007' });
        continue;
      }
      const turns = [
        { who: personas.doctor, act: hand, commit: true },
        { who: personas.patient, act: give, commit: true },
      ] as const;
      const [one, other] = order === 'consented first' ? [turns[1], turns[0]] : turns;
      expect(await inTurn(apart, one, other), order).toMatchObject({
        first: { ok: true, count: 1 },
        second: { ok: true, count: 1 },
      });
      expect(await apart.as(personas.opsAgent, (session) => charts(session, ANA)), 'control').toBeGreaterThan(
        0,
      );
      expect(await apart.asSuperuser((session) => told(session, ANA)), order).toHaveLength(1);
    } finally {
      await apart.drop();
    }
  }
});
