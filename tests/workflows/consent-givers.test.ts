import { describe, expect, test } from 'vitest';
import { type ReceiptExport, verifyReceipt } from '../../scripts/evidence/verify-receipt.ts';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome } from '../../testing/session.ts';
import { agree, receiptOf, withdraw } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, CHILD, carrying, DRAFT, sha256, sign } from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const SECOND = idOf('consent', 'a', '77');

/** The owner's hand, pinned to clinic A. */
async function owner(as: Become) {
  const session = await as(personas.servicePinned);
  await session.script('reset role');
  return session;
}
async function giver(as: Become, id = NOBODY) {
  const session = await owner(as);
  return (
    await session.rows(
      'select given_how, given_by_user_id, given_as from public.consents where organisation_id = $1 and id = $2',
      [CLINIC_A, id],
    )
  )[0];
}
const PORTAL = { given_how: 'portal', given_by_user_id: personas.patient.userId, given_as: 'patient' };
const exported = (outcome: Outcome) => (outcome.ok ? (outcome.rows[0]?.receipt as ReceiptExport) : undefined);
const broken = (receipt: ReceiptExport) =>
  verifyReceipt(receipt)
    .filter(({ holds }) => !holds)
    .map(({ claim }) => claim);

describe('who gave a consent', () => {
  test('stands on it with as whom: the patient, and a guardian for the child [N-45 N-15 +]', async () => {
    await story(async (as) => {
      expect(await agree(as, 'transfer_disclosure')).toMatchObject({ ok: true, count: 1 });
      expect(await giver(as)).toEqual(PORTAL);
      expect(await agree(as, 'transfer_disclosure', SECOND, CHILD)).toMatchObject({ ok: true, count: 1 });
      expect(await giver(as, SECOND)).toEqual({
        given_how: 'portal',
        given_by_user_id: personas.guardian.userId,
        given_as: 'guardian',
      });
    });
  });

  test('is a representative where the account is a proxy’s [N-45 N-15 +]', async () => {
    await story(async (as) => {
      const session = await owner(as);
      await session.rows(
        `update public.patient_accounts set revoked_at = now() where organisation_id = $1 and patient_id = $2`,
        [CLINIC_A, ANA],
      );
      await session.rows(
        `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'proxy')`,
        [CLINIC_A, personas.patient.userId, ANA],
      );
      expect(await agree(as, 'transfer_disclosure')).toMatchObject({ ok: true, count: 1 });
      expect(await giver(as)).toMatchObject({ given_as: 'representative' });
    });
  });

  test('stays after somebody else has withdrawn it, and after it was called a mistake or has expired [N-45 N-50 +]', async () => {
    for (const end of ['withdrawn', 'expired', 'entered_in_error']) {
      await story(async (as) => {
        await agree(as, 'transfer_disclosure');
        if (end === 'withdrawn') {
          await withdraw(await as(personas.receptionist), NOBODY, 'Asked for it at the desk.');
        } else {
          await (await owner(as)).rows(
            `update public.consents set status = $1 where organisation_id = $2 and id = $3`,
            [end, CLINIC_A, NOBODY],
          );
        }
        const session = await owner(as);
        expect(
          await session.rows(
            'select status, last_status_change_by_user_id = given_by_user_id as same from public.consents where organisation_id = $1 and id = $2',
            [CLINIC_A, NOBODY],
          ),
          'control: the last step was somebody else’s',
        ).not.toEqual([{ status: end, same: true }]);
        expect(await giver(as), end).toEqual(PORTAL);
      });
    }
  });

  test('is who signed the form that carries it, or, before a witness, nobody’s login and whom the form names [N-45 S-31 +]', async () => {
    await story(async (as) => {
      await carrying(as);
      expect(await sign(await as(personas.patient), DRAFT)).toMatchObject({ ok: true });
      expect(await giver(as)).toEqual({ ...PORTAL, given_how: 'signed_form' });
    });
    await story(async (as) => {
      await carrying(as);
      expect(await sign(await as(personas.nurse), DRAFT)).toMatchObject({ ok: true });
      expect(await giver(as)).toEqual({
        given_how: 'signed_form',
        given_by_user_id: null,
        given_as: 'patient',
      });
    });
  });

  test('is nobody of what the clinic recorded or relies on, and what anybody else says of it is not taken [N-45 -]', async () => {
    const claims = `given_by_user_id = '${personas.doctor.userId}', given_as = 'guardian'`;
    const nobody = { given_by_user_id: null, given_as: null };
    await story(async (as) => {
      const server = await as(personas.servicePinned);
      await server.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, status, given_by_user_id, given_as)
         values ($1, $2, $3, 'transfer_disclosure', 'active', $4, 'patient')`,
        [CLINIC_A, NOBODY, ANA, personas.patient.userId],
      );
      expect(await giver(as)).toEqual({ given_how: 'recorded', ...nobody });
      await server.rows(`update public.consents set ${claims} where organisation_id = $1 and id = $2`, [
        CLINIC_A,
        NOBODY,
      ]);
      expect(await giver(as)).toMatchObject(nobody);
    });
    await story(async (as) => {
      await (await as(personas.clinicAdmin)).rows(
        `update public.organisation_settings set legal_bases = '{consent,legal_obligation}' where organisation_id = $1`,
        [CLINIC_A],
      );
      const id = String(
        await (await as(personas.privacyOfficer)).value(
          `select public.rely_on_legal_basis($1, 'general_operations', 'legal_obligation', 'What the health authority asks of every clinic.')`,
          [ANA],
        ),
      );
      expect(await giver(as, id)).toEqual({ given_how: 'recorded', ...nobody });
    });
    await story(async (as) => {
      await agree(as, 'transfer_disclosure');
      await (await owner(as)).rows(
        `update public.consents set ${claims} where organisation_id = $1 and id = $2`,
        [CLINIC_A, NOBODY],
      );
      expect(await giver(as)).toEqual(PORTAL);
    });
  });

  test('stands in the receipt, which names the guardian beside the child, and is not to be bent [N-45 +, N-45 -]', async () => {
    await story(async (as) => {
      await agree(as, 'transfer_disclosure', SECOND, CHILD);
      const whole = exported(await receiptOf(await as(personas.guardian), SECOND)) as ReceiptExport;
      const receipt = JSON.parse(whole.receipt);
      expect(receipt).toMatchObject({
        pii_principal_id: CHILD,
        given_by: { user_id: personas.guardian.userId, capacity: 'guardian' },
      });
      expect(broken(whole)).toEqual([]);
      for (const given_by of [
        {},
        { user_id: null, capacity: 'guardian' },
        { user_id: personas.guardian.userId, capacity: 'aunt' },
      ]) {
        const text = JSON.stringify({ ...receipt, given_by });
        expect(
          broken({ ...whole, receipt: text, receipt_sha256: sha256(text) }),
          JSON.stringify(given_by),
        ).toEqual([
          'who gave it did so as the patient, a guardian or a representative, and on the portal under a login',
        ]);
      }
      const text = JSON.stringify({ ...receipt, given_by: undefined });
      expect(broken({ ...whole, receipt: text, receipt_sha256: sha256(text) }), 'of before').toEqual([]);
    });
  });

  test('goes with the export of the person [N-45 N-49 +]', async () => {
    await story(async (as) => {
      await agree(as, 'transfer_disclosure');
      const told = await (await as(personas.patient)).value<string>(
        'select public.export_subject($1)::text',
        [ANA],
      );
      expect(told).toContain(`"given_as": "patient"`);
      expect(told).toContain(`"given_by_user_id": "${personas.patient.userId}"`);
    });
  });
});
