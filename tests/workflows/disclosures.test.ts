import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { ASKED, accepted, COMPANY, dispatch } from '../support/transfers.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ANA = idOf('patient', 'a', '01');

describe('a disclosure', () => {
  const told = async (session: Session, table: string) =>
    session.rows(
      'select recipient_kind, recipient_organisation_id, purpose, content from public.disclosures where organisation_id = $1 and patient_id = $2 and source_table = $3 and source_id is not null order by id desc limit 1',
      [CLINIC_A, ANA, table],
    );

  test('is written when a transfer is dispatched: what the company is told, and the name where the patient agreed [N-24 N-37 +]', async () => {
    for (const named of [false, true]) {
      await story(async (as) => {
        await dispatch(await accepted(as, named), ASKED, COMPANY);
        const [row] = await told(await as(personas.patient), 'public.transfer_jobs');
        expect(row).toMatchObject({
          recipient_kind: 'transport',
          recipient_organisation_id: COMPANY,
          purpose: 'transfer_disclosure',
        });
        expect(String(row?.content).includes('patient_name')).toBe(named);
      });
    }
  });

  test('is written when a case is handed to operations [N-37 S-29 +]', async () => {
    await story(async (as) => {
      const server = await as(personas.servicePinned);
      const id = await server.value<string>(
        `select id from public.cases where organisation_id = $1 and patient_id = $2 and status <> 'handed_off' order by id limit 1`,
        [CLINIC_A, ANA],
      );
      const before = await told(server, 'public.cases');
      expect(before).toEqual([]);
      const steps = ['new', 'triage', 'active', 'awaiting_transfer', 'in_transfer', 'handed_off'];
      for (const [place, to] of steps.entries()) {
        const from = steps[place - 1] ?? to;
        await server.rows(
          'update public.cases set status = $4 where organisation_id = $1 and id = $2 and status = $3',
          [CLINIC_A, id, from, to],
        );
      }
      expect(await told(await as(personas.privacyOfficer), 'public.cases')).toMatchObject([
        { recipient_kind: 'operations', purpose: 'ops_handoff' },
      ]);
    });
  });

  test('names what operations are shown of the patient, what tells of health with the consent to the handoff alone [N-37 N-45 S-29 +]', async () => {
    const CHAI = idOf('patient', 'a', '03');
    for (const isWithdrawn of [false, true]) {
      await story(async (as) => {
        const agent = await as(personas.opsAgent);
        const opened = async () => {
          const told = await agent.value<string[]>(
            `select content from public.disclosures where organisation_id = $1 and patient_id = $2 and source_table = 'public.cases' order by id desc limit 1`,
            [CLINIC_A, CHAI],
          );
          return [...(told ?? [])].sort();
        };
        await agent.script('reset role');
        if (isWithdrawn) {
          await agent.rows(
            `update public.consents set status = 'withdrawn' where organisation_id = $1 and patient_id = $2 and purpose = 'ops_handoff'`,
            [CLINIC_A, CHAI],
          );
        }
        const held = idOf('case', 'a', '03');
        await as(personas.opsAgent);
        await agent.rows(`update public.cases set status = 'closed' where organisation_id = $1 and id = $2`, [
          CLINIC_A,
          held,
        ]);
        await agent.rows(
          `update public.cases set status = 'active', reopen_reason = 'billing' where organisation_id = $1 and id = $2`,
          [CLINIC_A, held],
        );
        await agent.script('reset role');
        expect(await opened()).toEqual([
          'admissions',
          'consents',
          ...(isWithdrawn ? [] : ['documents', 'medical_records', 'patient_clinical']),
          'patient_identity',
          'patients',
          'signed_forms',
          'transfers',
        ]);
      });
    }
  });

  test('is written again when a closed case opens to operations again, and not for a step between [N-37 S-29 +, N-37 -]', async () => {
    await story(async (as) => {
      const held = idOf('case', 'a', '03');
      const agent = await as(personas.opsAgent);
      const count = async () => {
        await agent.script('reset role');
        const n = await agent.value<number>(
          `select count(*)::integer from public.disclosures where organisation_id = $1 and source_id = $2`,
          [CLINIC_A, held],
        );
        await as(personas.opsAgent);
        return n;
      };
      const step = (to: string) =>
        agent.affected(`update public.cases set ${to} where organisation_id = $1 and id = $2`, [
          CLINIC_A,
          held,
        ]);
      const sees = () =>
        agent.rows('select 1 from public.patients where organisation_id = $1 and id = $2', [
          CLINIC_A,
          idOf('patient', 'a', '03'),
        ]);
      const before = (await count()) ?? 0;
      await step(`status = 'closed'`);
      expect(await sees()).toEqual([]);
      expect(await count()).toBe(before);
      await step(`status = 'active', reopen_reason = 'billing'`);
      expect(await sees()).toHaveLength(1);
      expect(await count()).toBe(before + 1);
      await step(`status = 'awaiting_transfer'`);
      expect(await count()).toBe(before + 1);
    });
  });

  test('is written by nobody else and changed by nobody, the owner included [N-37 S-20 -]', async () => {
    await story(async (as) => {
      for (const persona of [personas.privacyOfficer, personas.patient, personas.servicePinned]) {
        expect(
          await (await as(persona)).attempt(
            `insert into public.disclosures (organisation_id, patient_id, recipient_kind, purpose, content, source_table) values ($1, $2, 'insurer', 'billing', '{x}', 'x')`,
            [CLINIC_A, ANA],
          ),
          persona.name,
        ).toMatchObject({ ok: false, code: '42501' });
      }
      const session = await as(personas.patient);
      await session.script('reset role');
      for (const statement of [
        `update public.disclosures set purpose = 'x'`,
        'delete from public.disclosures',
        'truncate public.disclosures',
      ]) {
        expect(await session.attempt(statement)).toMatchObject({ ok: false, code: 'CD014' });
      }
    });
  });
});
