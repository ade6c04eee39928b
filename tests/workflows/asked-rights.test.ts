import { describe, expect, test } from 'vitest';
import { readRegister } from '../../scripts/privacy/register.ts';
import { markdownOf } from '../../scripts/privacy/render-register.ts';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { asked, type ErasureReport, erase, plan, reportOf } from '../support/erasure.ts';
import { type Become, tellStory } from '../support/story.ts';
import { connected } from '../support/trail.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ANA = idOf('patient', 'a', '01');
const KINDS = [
  'confirmation',
  'access',
  'correction',
  'anonymisation',
  'erasure',
  'portability',
  'sharing_list',
  'consent_information',
  'restriction',
  'objection',
];
const ask = (session: Session, kind: string) =>
  session.attempt(
    'insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, $4)',
    [CLINIC_A, NOBODY, ANA, kind],
  );

describe('what a person may ask', () => {
  test.each(KINDS)('%s is asked on the portal, and is due on a day [N-49 +]', async (kind) => {
    await story(async (as) => {
      const session = await as(personas.patient);
      expect(await ask(session, kind)).toMatchObject({ ok: true, count: 1 });
      expect(
        await session.value(
          `select due_at between now() + interval '10 days' and now() + interval '61 days' from public.subject_requests where id = $1`,
          [NOBODY],
        ),
      ).toBe(true);
    });
  });

  test('is nothing that no law knows [N-49 -]', async () => {
    await story(async (as) => {
      expect(await ask(await as(personas.patient), 'anything')).toMatchObject({ ok: false, code: '23514' });
    });
  });

  test('has its deadline under every law, and the article that names it, or the house’s [N-49 +]', async () => {
    const { deadlines, ...rest } = await connected(database(), 'postgres', readRegister);
    for (const regime of ['lgpd', 'hipaa', 'gdpr', 'pdpa', 'other'])
      expect(
        deadlines
          .filter((line) => line.regime === regime)
          .map(({ duty }) => duty)
          .sort(),
        regime,
      ).toEqual([...KINDS, 'incident_notice'].sort());
    const basis = (regime: string, duty: string) =>
      deadlines.find((line) => line.regime === regime && line.duty === duty);
    expect(basis('hipaa', 'sharing_list')).toMatchObject({
      within: '60 days',
      basis: '45 CFR 164.528(c)(1)',
    });
    expect(basis('hipaa', 'erasure')?.basis).toMatch(/house rule/);
    expect(basis('lgpd', 'confirmation')).toMatchObject({ within: '15 days', basis: 'LGPD art. 19 II' });
    expect(
      deadlines.filter((line) => line.basis.includes('art. 19 II')).map(({ duty }) => duty),
      'it is of confirmation and access alone',
    ).toEqual(['access', 'confirmation']);
    expect(
      deadlines.filter((line) => line.basis.includes('164.524(b)(2)')).map(({ duty }) => duty),
      'and that of access alone',
    ).toEqual(['access']);
    expect(
      deadlines
        .filter((line) => line.regime === 'pdpa' && /^PDPA.* s\. 30$/.test(line.basis))
        .map(({ duty }) => duty),
    ).toEqual(['access']);
    expect(markdownOf({ deadlines, ...rest })).toContain('| incident_notice'.replace('_', '\\_'));
  });
});

describe('who must be told of an erasure', () => {
  const toTell = (outcome: Outcome) => {
    const { to_tell } = reportOf(outcome) as ErasureReport & { to_tell: Record<string, unknown>[] };
    return to_tell;
  };

  test('is everybody outside who had data of the person, once, by name where it is known; the plan says the same [N-37 N-49 +, N-49 -]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      for (const patient of [ANA, idOf('patient', 'a', '02')])
        for (const name of patient === ANA
          ? ['A court', 'A court', 'Another court']
          : ['A court of the other'])
          await officer.rows(
            `select public.record_disclosure_made($1, 'authority', $2, 'legal_obligation', '{patients}', 'An order of it')`,
            [patient, name],
          );
      await officer.rows(
        `select public.record_disclosure_made($1, 'patient', null, 'subject_access', '{patients}')`,
        [ANA],
      );
      expect(
        await officer.attempt('select public.export_signed_form($1)', [idOf('form', 'a', '02')]),
        'taken within the clinic',
      ).toMatchObject({ ok: true });
      await asked(as);
      const planned = toTell(await plan(await as(personas.privacyOfficer)));
      expect(
        planned.map(({ recipient_kind, recipient_name, disclosures }) => [
          recipient_kind,
          recipient_name,
          disclosures,
        ]),
      ).toEqual([
        ['authority', 'A court', 2],
        ['authority', 'Another court', 1],
        // Of the seed, from before recipients had names.
        ['authority', null, 1],
      ]);
      expect(toTell(await erase(await as(personas.privacyOfficer)))).toEqual(planned);
    });
  });
});
