import { describe, expect, test } from 'vitest';
import { type SignatureExport, verifySignature } from '../../scripts/evidence/verify-signature.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { formOf, SIGNED, sha256, terminate } from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ENDED = 'when it ended, by whom and why is what was recorded then';
const ONCE = 'of its end no more than one record was written';
const REASON = 'Signed for the wrong stay.';

const exported = async (as: Become) =>
  (await (
    await as(personas.privacyOfficer)
  ).value<SignatureExport>('select public.export_signed_form($1)', [SIGNED])) as SignatureExport;
const checks = (signature: SignatureExport) =>
  Object.fromEntries(verifySignature(signature).map(({ claim, holds }) => [claim, holds]));
const broken = (signature: SignatureExport) =>
  Object.entries(checks(signature)).flatMap(([claim, holds]) => (holds ? [] : [claim]));

/** What a superuser can do: every trigger off, and whatever they like. */
async function bend(as: Become, statement: string, table = 'public.signed_forms'): Promise<void> {
  const session = await as(personas.privacyOfficer);
  await session.script('reset role');
  await session.script(`alter table ${table} disable trigger user`);
  await session.rows(statement, [CLINIC_A, SIGNED]);
}
const bent = (set: string) => `update public.signed_forms set ${set} where organisation_id = $1 and id = $2`;
const events = (session: Session) =>
  session.rows<{ details: { termination_sha256: string } }>(
    `select actor_user_id as by, details from audit.security_events where event_type = 'signed_form.terminated' and organisation_id = $1 and entity_id = $2`,
    [CLINIC_A, SIGNED],
  );

describe('the end of a signed form', () => {
  test('is under a digest in the sealed record, and its export says so [S-33 S-32 N-37 +]', async () => {
    await story(async (as) => {
      expect(checks(await exported(as)), 'in force').not.toHaveProperty([ENDED]);
      expect(await terminate(await as(personas.clinicAdmin), SIGNED, REASON)).toMatchObject({ ok: true });
      const signature = await exported(as);
      expect(broken(signature)).toEqual([]);
      expect(checks(signature)).toHaveProperty([ENDED], true);
      const owner = await as(personas.privacyOfficer);
      await owner.script('reset role');
      expect(await events(owner)).toEqual([
        {
          by: personas.clinicAdmin.userId,
          details: { termination_sha256: sha256(signature.termination) },
        },
      ]);
      expect(JSON.stringify(await events(owner)), 'and without its words').not.toContain('stay');
    });
  });

  test.each([
    `terminated_at = terminated_at - interval '1 millisecond'`,
    `termination_reason = 'At the request of the patient.'`,
    `terminated_by_user_id = '${personas.doctor.userId}'`,
    `status = 'active', terminated_at = null, terminated_by_user_id = null, termination_reason = null`,
  ])('is found out where a superuser bent it afterwards: %s [S-32 -]', async (set) => {
    await story(async (as) => {
      await terminate(await as(personas.clinicAdmin), SIGNED, REASON);
      expect(broken(await exported(as)), 'control').toEqual([]);
      await bend(as, bent(set));
      expect(broken(await exported(as))).toEqual([ENDED]);
    });
  });

  /** Written by who can write to the table, of what the form says now, or of another clinic; and dated. */
  async function forge(as: Become, clinic: string, at = 'clock_timestamp()'): Promise<void> {
    await bend(
      as,
      `with made as (
         insert into audit.security_events (organisation_id, event_type, entity_id, actor_realm, address_source, details, occurred_at)
         select '${clinic}', 'signed_form.terminated', $2, 'system', 'unknown',
           jsonb_build_object('termination_sha256', authz.digest(authz.form_termination($1, $2))), ${at}
         returning 1
       ) select from made`,
      'audit.security_events',
    );
  }
  const BENT = bent(`termination_reason = 'At the request of the patient.'`);

  test('is not covered by a record that came later, or another clinic’s, and that there are two is told [S-32 -]', async () => {
    await story(async (as) => {
      await terminate(await as(personas.clinicAdmin), SIGNED, REASON);
      await bend(as, BENT);
      await forge(as, CLINIC_B);
      expect(broken(await exported(as))).toEqual([ENDED]);
      await forge(as, CLINIC_A);
      expect(broken(await exported(as))).toEqual([ENDED, ONCE]);
    });
  });

  test('is not covered by a record that was dated before the true one: that there are two is told [S-32 -]', async () => {
    await story(async (as) => {
      await terminate(await as(personas.clinicAdmin), SIGNED, REASON);
      expect(broken(await exported(as)), 'control').toEqual([]);
      await bend(as, BENT);
      await forge(as, CLINIC_A, `clock_timestamp() - interval '1 hour'`);
      expect(await exported(as)).toMatchObject({ termination_events: 2 });
      expect(broken(await exported(as))).toEqual([ONCE]);
    });
  });

  test('that ended before such records were kept, or outlived them, is told by its parts alone [S-33 +, S-33 -]', async () => {
    await story(async (as) => {
      await terminate(await as(personas.clinicAdmin), SIGNED, REASON);
      await bend(
        as,
        `delete from audit.security_events where organisation_id = $1 and entity_id = $2`,
        'audit.security_events',
      );
      const signature = await exported(as);
      expect(signature.termination_sha256).toBeNull();
      expect(broken(signature)).toEqual([]);
      expect(checks(signature)).not.toHaveProperty([ENDED]);
      expect(broken({ ...signature, form: { ...signature.form, termination_reason: '' } })).toEqual([
        'it was signed, and ended only with a reason',
      ]);
      expect(await formOf(await as(personas.clinicAdmin), SIGNED)).toMatchObject({ status: 'terminated' });
    });
  });
});
