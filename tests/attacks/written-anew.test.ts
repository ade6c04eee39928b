import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const ANA = idOf('patient', 'a', '01');
const own = [CLINIC_A, ANA];

/** Where every row of the patient's chart lies: whoever writes one anew puts it elsewhere. */
async function places(as: Become): Promise<readonly unknown[]> {
  const owner = await as(personas.servicePinned);
  return owner.rows(
    `select 'clinical' as of, ctid::text, treatment_consent_until from public.patient_clinical where organisation_id = $1 and id = $2
     union all select 'record', ctid::text, treatment_consent_until from public.medical_records where organisation_id = $1 and patient_id = $2
     union all select 'details', ctid::text, treatment_consent_until from public.medical_record_details where organisation_id = $1 and patient_id = $2
     union all select 'document', ctid::text, treatment_consent_until from public.documents where organisation_id = $1 and patient_id = $2
     order by 1, 2`,
    own,
  );
}
const propose = async (as: Become, purpose: string, count: number) =>
  (await as(personas.receptionist)).affected(
    `insert into public.consents (organisation_id, patient_id, purpose) select $1, $2, $3 from generate_series(1, $4)`,
    [...own, purpose, count],
  );
const answer = async (as: Become, purpose: string, status: string) =>
  (await as(personas.patient)).affected(
    `update public.consents set status = $4 where organisation_id = $1 and patient_id = $2 and purpose = $3 and status = 'proposed'`,
    [...own, purpose, status],
  );

test('a consent that opens no chart has none written anew: no proposal, however many, no refusal, nor one to another purpose [N-45 -, N-45 +]', async () => {
  await tellStory(database(), async (as) => {
    const before = await places(as);
    expect(new Set(before.map((place) => (place as { of: string }).of)).size, 'control').toBe(4);
    expect(await propose(as, 'marketing', 1)).toBe(1);
    expect(await answer(as, 'marketing', 'active')).toBe(1);
    expect(await propose(as, 'treatment', 50)).toBe(50);
    expect(await answer(as, 'treatment', 'rejected')).toBe(50);
    expect(await places(as)).toEqual(before);
    const withdrawn = await (await as(personas.patient)).affected(
      `update public.consents set status = 'withdrawn'
       where organisation_id = $1 and patient_id = $2 and purpose = 'treatment' and status = 'active'`,
      own,
    );
    expect(withdrawn, 'control: one that closes it').toBe(1);
    const closed = await places(as);
    expect(closed).not.toEqual(before);
    expect(await propose(as, 'treatment', 1)).toBe(1);
    expect(await answer(as, 'treatment', 'active'), 'control: one that opens it').toBe(1);
    expect(await places(as)).not.toEqual(closed);
  });
});
