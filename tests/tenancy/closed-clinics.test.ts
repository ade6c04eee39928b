import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { ANA, agree, receiptOf, TREATMENT, withdraw } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { DRAFT, SIGNED, sign } from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const { patient, guardian, formerProxy, opsAdmin } = personas;

/** What is told after operations have closed the clinic. */
const closed = (tell: (as: Become) => Promise<void>) =>
  tellStory(database(), async (as) => {
    const admin = await as(opsAdmin);
    const closing = 'update public.organisations set archived_at = now() where id = $1';
    expect(await admin.affected(closing, [CLINIC_A])).toBe(1);
    await tell(as);
  });
const count = (session: Session, table: string) =>
  session.value<number>(`select count(*)::integer from public.${table} where organisation_id = $1`, [
    CLINIC_A,
  ]);
const TABLES = ['patients', 'medical_records', 'consents', 'appointments', 'invoices', 'disclosures'];
const OK = { ok: true };

describe('a patient of a clinic that was closed', () => {
  test.each(TABLES)(
    'reads what is kept of them there: %s, which no member does [N-15 N-49 +, N-22 -]',
    async (table) => {
      const before = await database().as(patient, (session) => count(session, table));
      expect(before, 'control').toBeGreaterThan(0);
      await closed(async (as) => {
        expect(await count(await as(patient), table)).toBe(before);
        for (const member of [
          personas.doctor,
          personas.clinicAdmin,
          personas.privacyOfficer,
          personas.finance,
        ])
          expect(await count(await as(member), table), member.name).toBe(0);
        expect(await count(await as(formerProxy), table), 'nor whose account was revoked').toBe(0);
      });
    },
  );

  test('has it exported, with receipts and signatures, and is told who saw it; nobody else has [N-15 N-49 +, N-49 -]', async () => {
    await closed(async (as) => {
      const own = await as(patient);
      expect(await own.attempt('select public.export_subject($1)', [ANA])).toMatchObject(OK);
      expect(await receiptOf(own, TREATMENT)).toMatchObject(OK);
      expect(await own.attempt('select public.export_signed_form($1)', [SIGNED])).toMatchObject(OK);
      expect(await own.attempt('select * from public.who_saw_record($1)', [ANA])).toMatchObject(OK);
      for (const [other, code] of [
        [guardian, 'CD010'],
        [formerProxy, 'CD010'],
        [personas.privacyOfficer, '42501'],
      ] as const)
        expect(
          await (await as(other)).attempt('select public.export_subject($1)', [ANA]),
          other.name,
        ).toMatchObject({ ok: false, code });
    });
  });

  test('withdraws what they consented to, and asks for what the law gives them [N-50 N-49 +, N-50 -]', async () => {
    await closed(async (as) => {
      expect(await withdraw(await as(guardian), TREATMENT), 'nobody else').toMatchObject({
        ok: false,
        code: 'CD010',
      });
      expect(await withdraw(await as(patient), TREATMENT)).toMatchObject(OK);
      const asked = await (await as(patient)).attempt(
        `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, 'access')`,
        [CLINIC_A, NOBODY, ANA],
      );
      expect(asked).toMatchObject({ ok: true, count: 1 });
    });
  });

  test('begins nothing with it: neither consents nor signs [N-45 S-31 -, N-45 S-31 +]', async () => {
    const consent = idOf('consent', 'a', '99');
    const propose = async (as: Become) => {
      const reception = await as(personas.receptionist);
      await reception.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'research')`,
        [CLINIC_A, consent, ANA],
      );
    };
    const give = async (as: Become) =>
      (await as(patient)).attempt(`update public.consents set status = 'active' where id = $1`, [consent]);
    await tellStory(database(), async (as) => {
      expect(await agree(as, 'research', consent), 'control').toMatchObject({ ok: true, count: 1 });
      expect(await sign(await as(patient), DRAFT), 'control').toMatchObject(OK);
    });
    await tellStory(database(), async (as) => {
      await propose(as);
      await (await as(opsAdmin)).rows('update public.organisations set archived_at = now() where id = $1', [
        CLINIC_A,
      ]);
      expect(await give(as)).toMatchObject({ ok: false, code: 'CD005' });
      expect(await sign(await as(patient), DRAFT)).toMatchObject({ ok: false, code: 'CD010' });
    });
  });

  test('signs in to the portal still, and its members to nothing [N-16 N-15 +, N-16 -]', async () => {
    await closed(async (as) => {
      const auth = await as(opsAdmin);
      await auth.script('reset role');
      const realm = (user: string | undefined) =>
        auth.value(
          `select authz.custom_access_token_hook(jsonb_build_object('user_id', $1::text, 'claims', jsonb_build_object('sub', $1::text))) -> 'claims' ->> 'role'`,
          [user],
        );
      expect(await realm(patient.userId)).toBe('patient');
      expect(await realm(formerProxy.userId), 'nor whose account was revoked').toBe('authenticated');
    });
  });
});
