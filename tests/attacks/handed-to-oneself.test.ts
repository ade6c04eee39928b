import { expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const ANA = idOf('patient', 'a', '01');
const CASE = idOf('case', 'a', '01');

const move = async (session: Session, id: string, ...steps: readonly string[]) => {
  for (const status of steps) {
    const outcome = await session.attempt(
      'update public.cases set status = $1 where organisation_id = $2 and id = $3',
      [status, CLINIC_A, id],
    );
    if (!outcome.ok) return `${status}: ${outcome.code}`;
  }
  return 'done';
};
const sees = async (session: Session) =>
  (
    await session.rows('select from public.patient_identity where organisation_id = $1 and id = $2', [
      CLINIC_A,
      ANA,
    ])
  ).length;

test('operations hand no case over to themselves: of a clinic’s patient they see nothing before the clinic has sent the case on its way [S-29 S-18 -, S-29 S-18 +]', async () => {
  await tellStory(database(), async (as) => {
    const agent = await as(personas.opsAgent);
    expect(await move(agent, CASE, 'awaiting_transfer', 'in_transfer', 'handed_off')).toBe(
      'awaiting_transfer: CD013',
    );
    expect(await sees(agent)).toBe(0);
    const opened = await agent.attempt(
      `insert into public.cases (organisation_id, id, number, patient_id) values ($1, $2, 'OPS-1', $3)`,
      [CLINIC_A, NOBODY, ANA],
    );
    expect(opened, 'control').toMatchObject({ ok: true, count: 1 });
    expect(await move(agent, NOBODY, 'triage', 'active', 'awaiting_transfer')).toBe(
      'awaiting_transfer: CD013',
    );
    expect(await sees(agent)).toBe(0);
  });
});

test('the clinic sends a case on its way, or its server does, and operations take it [S-29 S-18 +]', async () => {
  const senders: readonly Persona[] = [
    personas.nurse,
    personas.doctor,
    personas.clinicAdmin,
    personas.servicePinned,
  ];
  for (const sender of senders) {
    await tellStory(database(), async (as) => {
      expect(await sees(await as(personas.opsAgent)), 'control').toBe(0);
      expect(await move(await as(sender), CASE, 'awaiting_transfer'), sender.name).toBe('done');
      const agent = await as(personas.opsAgent);
      expect(await move(agent, CASE, 'in_transfer', 'handed_off'), sender.name).toBe('done');
      expect(await sees(agent), sender.name).toBe(1);
    });
  }
});

test('what the clinic handed over once, operations reopen and finish without it [S-18 S-29 +]', async () => {
  const HELD = idOf('case', 'a', '03');
  await tellStory(database(), async (as) => {
    const agent = await as(personas.opsAgent);
    expect(await move(agent, HELD, 'closed')).toBe('done');
    expect(
      await agent.affected(
        `update public.cases set status = 'active', reopen_reason = 'billing' where organisation_id = $1 and id = $2`,
        [CLINIC_A, HELD],
      ),
    ).toBe(1);
    expect(await move(agent, HELD, 'awaiting_transfer', 'in_transfer', 'handed_off', 'closed')).toBe('done');
  });
});

test('nor do they in mid-statement, with their role put off [S-29 -, S-29 +]', async () => {
  const send = (persona: Persona, role: string) =>
    database().as(persona, (session) =>
      session.attempt(
        `update public.cases set status = case when set_config('role', $3, true) = $3 then 'awaiting_transfer' end
         where organisation_id = $1 and id = $2`,
        [CLINIC_A, CASE, role],
      ),
    );
  for (const role of ['none', 'authenticated', 'patient', 'internal_ops'])
    expect(await send(personas.opsAgent, role), role).toMatchObject({ ok: false, code: 'CD013' });
  expect(await send(personas.nurse, 'authenticated'), 'control').toMatchObject({ ok: true, count: 1 });
});
