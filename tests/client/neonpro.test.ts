import { beforeAll, describe, expect, test } from 'vitest';
import {
  AdvancedRLSPolicies,
  evaluatePolicy,
  generateSupabasePolicies,
  setRLSContext,
  withSession,
} from '../../client/index.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, useDriver } from '../support/sessions.ts';

const database = useDatabase();
const driver = useDriver('pg', database);
const dual = contextOf(personas.dualUndecided);
const CLINICS = 'select distinct organisation_id as clinic from public.patients';

/** As neonpro's callers wrote it. */
const said = (clinicId: string, more: object = {}) => ({
  userId: personas.dual.userId as string,
  userRole: 'admin',
  clinicId,
  ...more,
});

describe('setRLSContext', () => {
  test('chooses the clinic for the rest of the session [N-23 +]', async () => {
    for (const clinic of [CLINIC_A, CLINIC_B]) {
      const rows = await withSession(driver().pool, dual, async (session) => {
        await setRLSContext(session, said(clinic));
        return (await session.query(CLINICS)).rows;
      });
      expect(rows).toEqual([{ clinic }]);
    }
  });

  test('opens no clinic where the caller is nobody, whatever role is said [N-11 -]', async () => {
    const rows = await withSession(driver().pool, contextOf(personas.doctor), async (session) => {
      await setRLSContext(session, {
        ...said(CLINIC_B, { emergencyAccess: true }),
        userId: personas.doctor.userId as string,
      });
      return (await session.query(CLINICS)).rows;
    });
    expect(rows).toEqual([]);
  });

  test('does not say who the caller is [N-11 -]', async () => {
    const attempt = withSession(driver().pool, dual, (session) =>
      setRLSContext(session, { ...said(CLINIC_B), userId: personas.doctorOfB.userId as string }),
    );
    await expect(attempt).rejects.toMatchObject({ name: 'DeniedError', code: '42501' });
  });

  test('is refused outside a session [N-11 -]', async () => {
    await expect(setRLSContext(driver().pool, said(CLINIC_A))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
  });

  test.each<[string, object]>([
    ['no clinic', { clinicId: undefined }],
    ['an empty clinic', { clinicId: '' }],
    ['a clinic that is null', { clinicId: null }],
    ['a list of one clinic', { clinicId: [CLINIC_A] }],
    ['a clinic with a NUL byte', { clinicId: `${CLINIC_A}\0` }],
    ['a justification with a NUL byte', { justification: 'a\0b' }],
    ['a justification that is no text', { justification: 1 }],
    ['a justification without end', { justification: 'x'.repeat(70_000) }],
  ])('refuses %s, and what the session has chosen stays chosen [N-11 N-23 -, N-23 +]', async (_, more) => {
    // Somebody else's clinic: taken back, the choice would leave the caller's own.
    const chosen = contextOf(personas.doctor, { organisationId: CLINIC_B });
    const context = { ...said(CLINIC_B, more), userId: personas.doctor.userId as string };
    const rows = await withSession(driver().pool, chosen, async (session) => {
      await expect(setRLSContext(session, context)).rejects.toMatchObject({ code: 'CONTEXT' });
      return (await session.query(CLINICS)).rows;
    });
    expect(rows).toEqual([]);
    const own = await withSession(driver().pool, contextOf(personas.doctor), async (session) => {
      await setRLSContext(session, { ...context, clinicId: CLINIC_A, justification: 'a visit' });
      return (await session.query(CLINICS)).rows;
    });
    expect(own).toEqual([{ clinic: CLINIC_A }]);
  });

  test('is gone with the session [N-11 -]', async () => {
    await withSession(driver().pool, dual, (session) => setRLSContext(session, said(CLINIC_A)));
    expect(
      await withSession(driver().pool, dual, async (session) => (await session.query(CLINICS)).rows),
    ).toEqual([]);
  });
});

describe('generateSupabasePolicies', () => {
  test('gives what the database holds, policy by policy [N-10 +]', async () => {
    const given = generateSupabasePolicies().map((statement) => {
      const [, name, table] = /^create policy (\w+) on ([\w.]+)\n/.exec(statement) ?? [];
      return `${name} on ${table}`;
    });
    const held = await database().asSuperuser((session) =>
      session.rows<{ policy: string }>(
        `select policyname || ' on ' || schemaname || '.' || tablename as policy from pg_policies
          where schemaname in ('public', 'authz', 'audit', 'governance')`,
      ),
    );
    expect(given.sort()).toEqual(held.map(({ policy }) => policy).sort());
  });

  test('hands out a list of its own [N-10 -]', () => {
    generateSupabasePolicies().length = 0;
    expect(generateSupabasePolicies().length).toBeGreaterThan(0);
  });
});

describe('evaluatePolicy of a real database', () => {
  test('gives reason and conditions, and of another clinic’s row says that it is not found [N-08 +, N-08 -]', async () => {
    const [own, foreign] = await withSession(
      driver().pool,
      contextOf(personas.clinicAdmin),
      async (session) => [
        await evaluatePolicy(session, 'patients', 'UPDATE', idOf('patient', 'a', '01')),
        await evaluatePolicy(session, 'patients', 'UPDATE', idOf('patient', 'b', '01')),
      ],
    );
    expect(own).toMatchObject({ allowed: true, reason: 'allowed', emergencyAccess: false });
    expect(own?.conditions).toContainEqual({ condition: 'not_archived', satisfied: true });
    expect(foreign).toMatchObject({ allowed: false, reason: 'not found', conditions: [] });
  });
});

// Here stands another function with its signature, which answers what the test wants, so that what is tested is what the
// client makes of an answer.
describe('evaluatePolicy', () => {
  beforeAll(async () => {
    await database().asSuperuser((session) =>
      session.script(`
        drop function public.evaluate_policy(text, text, uuid);
        create function public.evaluate_policy("table" text, operation text, id uuid) returns jsonb
          language plpgsql stable set search_path = pg_catalog, pg_temp as $$
        begin
          if $1 = 'denied' then raise exception 'Ana Secret' using errcode = '42501'; end if;
          return case $1
            when 'patients' then jsonb_build_object(
              'allowed', true, 'reason', $2 || ' ' || $3 || ' as ' || current_user, 'auditRequired', false,
              'conditions', jsonb_build_array(jsonb_build_object('condition', 'active', 'satisfied', true)),
              'emergencyAccess', false)
            when 'bare' then '{"allowed": false, "conditions": []}'
            when 'null' then null
            else $1::jsonb
          end;
        end $$;
        grant execute on function public.evaluate_policy(text, text, uuid) to authenticated`),
    );
  });

  const id = idOf('patient', 'a', '01');
  const asked = (table: string) =>
    withSession(driver().pool, contextOf(personas.doctor), (session) =>
      evaluatePolicy(session, table, 'UPDATE', id),
    );

  test('gives the verdict of the database on the session’s caller [N-08 +]', async () => {
    const verdict = {
      allowed: true,
      reason: `UPDATE ${id} as authenticated`,
      conditions: [{ condition: 'active', satisfied: true }],
      auditRequired: false,
      emergencyAccess: false,
    };
    expect(await asked('patients')).toEqual(verdict);
    const kysely = useKysely();
    expect(
      await withSession(kysely, contextOf(personas.doctor), (session) =>
        evaluatePolicy(session, 'patients', 'UPDATE', id),
      ),
    ).toEqual(verdict);
  });

  test('what the answer leaves open is read to the caller’s disadvantage [N-08 -]', async () => {
    expect(await asked('bare')).toEqual({
      allowed: false,
      conditions: [],
      auditRequired: true,
      emergencyAccess: false,
    });
  });

  test.each([
    'null',
    '{}',
    '[]',
    '"yes"',
    '{"allowed": "true", "conditions": []}',
    '{"allowed": true}',
    '{"allowed": true, "conditions": ["active"]}',
    '{"allowed": true, "conditions": [{"condition": "active"}]}',
    '{"allowed": true, "conditions": [null]}',
  ])('an answer without a verdict is no allowance: %s [N-08 -]', async (answer) => {
    await expect(asked(answer)).rejects.toMatchObject({ name: 'CordonError', code: 'ANSWER' });
  });

  test.each([undefined, null, 'session'])(
    'what is no session is told, and not asked: %s [N-08 -]',
    async (none) => {
      await expect(evaluatePolicy(none as never, 'patients', 'SELECT', 'x')).rejects.toMatchObject({
        name: 'SessionMisuseError',
        message: 'an open session was expected, and there is none',
      });
    },
  );

  test('a denial is a DeniedError [N-08 -]', async () => {
    await expect(asked('denied')).rejects.toMatchObject({ name: 'DeniedError' });
  });

  test('neonpro’s class asks within the context’s clinic [N-23 N-08 +]', async () => {
    const verdict = await withSession(driver().pool, dual, async (session) => {
      const policies = new AdvancedRLSPolicies(session);
      expect(policies.generateSupabasePolicies()).toEqual(generateSupabasePolicies());
      const result = await policies.evaluatePolicy(said(CLINIC_A), 'patients', 'UPDATE', id);
      return { ...result, clinics: (await session.query(CLINICS)).rows };
    });
    expect(verdict).toMatchObject({ allowed: true, clinics: [{ clinic: CLINIC_A }] });
  });

  function useKysely() {
    return driver().db;
  }
});
