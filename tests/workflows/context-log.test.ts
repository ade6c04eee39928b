import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { withSession } from '../../client/index.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf } from '../support/sessions.ts';

const database = useDatabase();

const officers = {
  auditor: auditorOf('a'),
  auditorOfB: auditorOf('b'),
  privacyOfficer: personas.privacyOfficer,
} as const;
function auditorOf(clinic: 'a' | 'b'): Persona {
  const userId = idOf('staff', clinic, '16');
  const claims = { ...personas.doctor.claims, sub: userId, session_id: userId.replace('-8000-', '-9000-') };
  return { name: `auditor of ${clinic}`, role: 'authenticated', userId, claims };
}

const rowsOf = (userId: string) =>
  database().asSuperuser((session) =>
    session.rows(
      `select organisation_id, user_id, realm, session_id, purpose, host(client_address) as address, address_source, user_agent
       from audit.context_log where user_id = $1 order by occurred_at`,
      [userId],
    ),
  );
const choose = (persona: Persona, organisation: string, purpose: string | null = null, before = '') =>
  database().as(
    persona,
    async (session) => {
      if (before !== '') await session.script(before);
      return session.attempt('select public.set_context($1, $2)', [organisation, purpose]);
    },
    { commit: true, headers: { 'user-agent': 'Desk/2.0' } },
  );

describe('the context log', () => {
  test('tells each choice: who, where, for what, in which session, from where, by which client [N-36 +]', async () => {
    expect(await choose(personas.dual, CLINIC_B, 'scheduling')).toMatchObject({ ok: true });
    expect(await choose(personas.dual, CLINIC_A)).toMatchObject({ ok: true });
    const told = {
      user_id: personas.dual.userId,
      realm: 'provider',
      session_id: personas.dual.claims.session_id,
      address: '192.0.2.10',
      address_source: 'edge',
      user_agent: 'Desk/2.0',
    };
    expect(await rowsOf(personas.dual.userId ?? '')).toEqual([
      { ...told, organisation_id: CLINIC_B, purpose: 'scheduling' },
      { ...told, organisation_id: CLINIC_A, purpose: null },
    ]);
  });

  test('dates choices by the clock: two in one transaction stand in their order [N-36 +]', async () => {
    const moments = await database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify(personas.nurse.claims),
        ]);
        await session.rows('select public.set_context($1)', [CLINIC_A]);
        await session.rows('select public.set_context($1)', [CLINIC_A]);
        return session.rows(
          'select occurred_at > now() as later, transaction_id::text = pg_current_xact_id()::text as same from audit.context_log where user_id = $1 order by occurred_at',
          [personas.nurse.userId],
        );
      },
      { rollback: true },
    );
    expect(moments).toEqual([
      { later: true, same: true },
      { later: true, same: true },
    ]);
  });

  test('tells of no choice that was refused, whoever asked [N-36 N-12 -]', async () => {
    for (const [persona, organisation, purpose] of [
      [personas.receptionist, CLINIC_B, null],
      [personas.receptionist, CLINIC_A, 'curiosity'],
      [personas.revoked, CLINIC_A, null],
      [personas.patient, CLINIC_A, null],
      [personas.anon, CLINIC_A, null],
    ] as [Persona, string, string | null][]) {
      expect(await choose(persona, organisation, purpose), persona.name).toMatchObject({ ok: false });
      if (persona.userId) expect(await rowsOf(persona.userId), persona.name).toEqual([]);
    }
  });

  test('stays out of the way of a READ ONLY transaction, where a choice holds and leaves no row [N-36 N-23 +]', async () => {
    const before = await rowsOf(personas.doctor.userId ?? '');
    expect(await choose(personas.doctor, CLINIC_A, 'treatment', 'set transaction read only')).toMatchObject({
      ok: true,
      rows: [{ set_context: CLINIC_A }],
    });
    const pool = new pg.Pool({
      connectionString: database().url('authenticator'),
      options: '-c default_transaction_read_only=on',
    });
    try {
      const { rows } = await withSession(pool, contextOf(personas.doctor), async (session) => {
        await session.query('select set_context($1)', [CLINIC_A]);
        return session.query('select count(*)::int > 0 as seen from patients');
      });
      expect(rows).toEqual([{ seen: true }]);
    } finally {
      await pool.end();
    }
    expect(await rowsOf(personas.doctor.userId ?? '')).toEqual(before);
    expect(await choose(personas.doctor, CLINIC_A, 'treatment')).toMatchObject({ ok: true });
    expect(await rowsOf(personas.doctor.userId ?? '')).toHaveLength(before.length + 1);
  });

  test('is read by auditor and privacy officer of the clinic, and by the auditor of operations [N-36 +]', async () => {
    const seenBy = (persona: Persona) =>
      database().as(persona, (session) =>
        session.rows('select distinct organisation_id as clinic from public.context_log order by 1'),
      );
    expect(await seenBy(officers.auditor)).toEqual([{ clinic: CLINIC_A }]);
    expect(await seenBy(officers.privacyOfficer)).toEqual([{ clinic: CLINIC_A }]);
    expect(await seenBy(officers.auditorOfB)).toEqual([{ clinic: CLINIC_B }]);
    expect(await seenBy(personas.opsAuditor)).toEqual([{ clinic: CLINIC_A }, { clinic: CLINIC_B }]);
  });

  test('is read by nobody else, and by nobody by its own name [N-36 S-02 -]', async () => {
    for (const persona of [
      personas.doctor,
      personas.clinicAdmin,
      personas.opsAgent,
      personas.opsAdmin,
      personas.stranger,
    ] as Persona[]) {
      const seen = await database().as(persona, (session) => session.rows('select from public.context_log'));
      expect(seen, persona.name).toEqual([]);
    }
    for (const [persona, relation] of [
      [personas.patient, 'public.context_log'],
      [personas.anon, 'public.context_log'],
      [personas.servicePinned, 'public.context_log'],
      [officers.auditor, 'audit.context_log'],
      [personas.opsAuditor, 'audit.context_log'],
      [personas.servicePinned, 'audit.context_log'],
    ] as [Persona, string][]) {
      expect(
        await database().as(persona, (session) => session.attempt(`select from ${relation}`)),
        `${persona.name}: ${relation}`,
      ).toMatchObject({ ok: false, code: '42501' });
    }
  });
});

describe('what was recorded', () => {
  const TABLES = ['context_log', 'security_events', 'deployment_events'] as const;

  test.each(TABLES)(
    'in audit.%s is changed by nobody, superuser included [N-36 N-37 S-20 -]',
    async (table) => {
      const [before, ...outcomes] = await database().asSuperuser(
        async (session) => [
          await session.value(`select count(*)::int from audit.${table}`),
          await session.attempt(`update audit.${table} set occurred_at = occurred_at`),
          await session.attempt(`delete from audit.${table}`),
          await session.attempt(`truncate audit.${table}`),
          // A row of one's own making.
          await session.attempt(`insert into audit.${table} select (r).* from audit.${table} as r limit 1`),
        ],
        { rollback: true },
      );
      expect(before).toBeGreaterThan(0);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: false, code: 'CD014' });
    },
  );

  test.each(TABLES)('in audit.%s is sealed [N-36 N-37 S-20 +]', async (table) => {
    const unsealed = await database().asSuperuser(async (session) => {
      await session.rows('select from public.seal_records()');
      return session.rows('select from audit.unsealed_records($1)', [`audit.${table}`]);
    });
    expect(unsealed).toEqual([]);
    const size = await database().asSuperuser((session) =>
      session.value(
        `select max(tree_size) = (select count(*) from audit.${table}) from audit.seals where table_name = $1`,
        [`audit.${table}`],
      ),
    );
    expect(size).toBe(true);
  });
});
