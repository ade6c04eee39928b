import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf, NOBODY } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import type { Session } from '../support/session.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
/** Their case 03 operations hold. */
const CHAI = idOf('patient', 'a', '03');
const HELD = idOf('case', 'a', '03');

const told = async (as: Become) => {
  const officer = await as(personas.privacyOfficer);
  return officer.rows(
    `select recipient_kind, purpose, content, source_table, source_id from public.disclosures where patient_id = $1 order by disclosed_at`,
    [CHAI],
  );
};
const charts = async (as: Become) =>
  (await as(personas.opsAgent)).rows(
    'select 1 from public.medical_records where organisation_id = $1 and patient_id = $2',
    [CLINIC_A, CHAI],
  );
/** As the owner, what no caller does. */
const owned = async (as: Become, sql: string, values: readonly unknown[]) => {
  const session: Session = await as(personas.opsAgent);
  await session.script('reset role');
  await session.rows(sql, values);
};
const withdrawn = (as: Become) =>
  owned(
    as,
    `update public.consents set status = 'withdrawn' where organisation_id = $1 and patient_id = $2 and purpose = 'ops_handoff' and status = 'active'`,
    [CLINIC_A, CHAI],
  );
const consented = (as: Become) =>
  owned(
    as,
    `insert into public.consents (organisation_id, id, patient_id, purpose, status) values ($1, $2, $3, 'ops_handoff', 'active')`,
    [CLINIC_A, NOBODY, CHAI],
  );

describe('what operations are shown after a case was handed to them', () => {
  test('is none where the chart stays as open, or as shut, as it was [N-37 S-29 -]', async () => {
    await story(async (as) => {
      const before = await told(as);
      // A later text that changes nothing of what is in force: the new consent takes the place of the old one.
      await (await as(personas.opsAdmin)).rows(
        `insert into public.consent_purpose_versions (purpose, description, is_material) values ('ops_handoff', 'Another text.', false)`,
      );
      await consented(as);
      expect(await charts(as)).not.toEqual([]);
      expect(await told(as), 'the same consent anew').toEqual(before);
    });
    await story(async (as) => {
      const before = await told(as);
      await owned(
        as,
        `insert into public.consents (organisation_id, patient_id, purpose, status) values ($1, $2, 'marketing', 'active')`,
        [CLINIC_A, CHAI],
      );
      expect(await told(as), 'another purpose').toEqual(before);
      await withdrawn(as);
      await (await as(personas.opsAgent)).rows(
        `update public.cases set status = 'closed' where organisation_id = $1 and id = $2`,
        [CLINIC_A, HELD],
      );
      await consented(as);
      expect(await charts(as)).toEqual([]);
      expect(await told(as), 'a case that they closed').toEqual(before);
    });
  });

  test('is a disclosure of the invoice, each time that one is attached, and none when it is taken off [N-37 S-29 S-34 +]', async () => {
    await story(async (as) => {
      const invoice = idOf('invoice', 'a', '03');
      const agent = await as(personas.opsAgent);
      await agent.rows('select public.detach_invoice($1, $2)', [CLINIC_A, invoice]);
      const before = await told(as);
      await as(personas.opsAgent);
      expect(
        await agent.rows('select 1 from public.invoices where organisation_id = $1 and id = $2', [
          CLINIC_A,
          invoice,
        ]),
      ).toEqual([]);
      await agent.rows('select public.attach_invoice($1, $2, $3)', [CLINIC_A, invoice, HELD]);
      expect(
        await agent.rows('select 1 from public.invoices where organisation_id = $1 and id = $2', [
          CLINIC_A,
          invoice,
        ]),
      ).toHaveLength(1);
      const since = (await told(as)).slice(before.length);
      expect(since).toEqual([
        {
          recipient_kind: 'operations',
          purpose: 'billing',
          content: ['invoices', 'invoice_lines', 'payments'],
          source_table: 'public.invoices',
          source_id: invoice,
        },
      ]);
      await as(personas.opsAgent);
      await agent.rows('select public.detach_invoice($1, $2)', [CLINIC_A, invoice]);
      expect((await told(as)).slice(before.length)).toEqual(since);
    });
  });
});
