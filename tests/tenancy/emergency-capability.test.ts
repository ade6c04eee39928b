import { describe, expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import { PROVIDER_ROLES, type ProviderRole, type ProviderRule } from '../../policies/vocabulary.ts';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
/** Withdrew the consent, and is treated by nobody any more. */
const CHAI = idOf('patient', 'a', '03');
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };
const { assistant } = personas;

const open = (session: Session) =>
  session.attempt('select public.open_emergency_access($1, $2)', [
    CHAI,
    'Unconscious on arrival, allergies unknown',
  ]);
const become = async (as: Become, role: ProviderRole, capabilities: string) =>
  (await as(owner)).rows(
    'update public.organisation_members set role = $3, capabilities = $4 where organisation_id = $1 and user_id = $2',
    [CLINIC_A, assistant.userId, role, capabilities],
  );
const rowsOf = async (as: Become, table: string, key = 'patient_id') =>
  (await (await as(assistant)).rows(`select from public.${table} where ${key} = $1`, [CHAI])).length;

/** Roles to which a rule shows something by broken glass: what they may see more of is what they may break it for. */
const READERS = new Set(
  TABLES.flatMap(({ rules }) => rules)
    .filter((rule): rule is ProviderRule => rule.realm === 'provider')
    .filter(({ operation, emergencyBypass }) => operation === 'SELECT' && emergencyBypass)
    .flatMap(({ roles }) => (roles === 'any' ? PROVIDER_ROLES : roles)),
);

describe('the capability break_glass', () => {
  test('lets an assistant break the glass, who reads allergies by it and no chart; without it they do neither [N-18 +, N-05 N-18 -]', async () => {
    await tellStory(database(), async (as) => {
      expect(await open(await as(assistant)), 'without it').toMatchObject({ ok: false, code: '42501' });
      await become(as, 'assistant', '{break_glass}');
      expect(await rowsOf(as, 'patient_clinical', 'id'), 'before').toBe(0);
      expect(await open(await as(assistant))).toMatchObject({ ok: true });
      // As if in an earlier transaction, which alone counts.
      await (await as(owner)).rows(
        `update public.emergency_access_grants set opened_in = '3' where organisation_id = $1 and user_id = $2`,
        [CLINIC_A, assistant.userId],
      );
      expect(await rowsOf(as, 'patient_clinical', 'id')).toBe(1);
      for (const table of ['medical_records', 'medical_record_details', 'documents'])
        expect(await rowsOf(as, table), table).toBe(0);
    });
  });

  test.each(PROVIDER_ROLES.map((role) => [role, READERS.has(role)] as const))(
    'lets a %s break the glass where a rule shows them something by it: %s [N-18 +, N-18 -]',
    async (role, may) => {
      await tellStory(database(), async (as) => {
        await become(as, role, '{break_glass}');
        expect(await open(await as(assistant))).toMatchObject(
          may ? { ok: true } : { ok: false, code: '42501' },
        );
      });
    },
  );

  test('is nothing by itself to whoever reads nothing by it: they would hold a grant for nothing, and wait for its review [N-18 -, N-18 +]', async () => {
    expect([...READERS].sort()).toEqual(['assistant', 'doctor', 'nurse']);
    await tellStory(database(), async (as) => {
      await become(as, 'clinic_admin', '{break_glass}');
      await open(await as(assistant));
      const grants = async () =>
        (await as(owner)).value<number>(
          'select count(*)::integer from public.emergency_access_grants where organisation_id = $1 and user_id = $2',
          [CLINIC_A, assistant.userId],
        );
      expect(await grants()).toBe(0);
      await become(as, 'assistant', '{break_glass}');
      await open(await as(assistant));
      expect(await grants(), 'control').toBe(1);
    });
  });
});
