import { beforeAll, describe, expect, test } from 'vitest';
import { verifyProof } from '../../scripts/audit/proof.mjs';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { happen, LOG, seal } from '../support/trail.ts';

const database = useDatabase();
const RUNS = 'governance.retention_runs';

/** Keys of sealed rows, by the organisation that they are of. */
const keyOf = (table: string, organisation?: string) =>
  database().asSuperuser((session) =>
    session.value<string[]>(
      `select l.record_key::text[] from audit.leaves as l
       where l.table_name = $1 and ($2::text is null or (l.record_key::text[])[1] = $2) order by l.leaf_index desc limit 1`,
      [table, organisation ?? null],
    ),
  );

beforeAll(async () => {
  await happen(database());
  await seal(database());
});

const mine = [
  { persona: personas.auditor, own: CLINIC_A, others: CLINIC_B },
  { persona: personas.privacyOfficer, own: CLINIC_A, others: CLINIC_B },
  { persona: personas.auditorOfB, own: CLINIC_B, others: CLINIC_A },
];

describe('who examines a clinic has its rows proven', () => {
  test.each(mine)('$persona.name: under a head that they keep [S-20 S-02 +]', async ({ persona, own }) => {
    const key = await keyOf(LOG, own);
    await database().as(persona, async (session) => {
      const head = await session.value<Parameters<typeof verifyProof>[1]>('select public.seal_head()');
      for (const [statement, values] of [
        ['select public.prove_record($1, $2)', [LOG, key]],
        ['select public.prove_consistency($1, 1)', [LOG]],
      ] as const)
        expect(verifyProof(await session.value(statement, values), head)).toEqual({
          holds: true,
          isKept: true,
        });
    });
  });

  test.each(mine)(
    '$persona.name: and of no other clinic, nor of none, as if there were none [S-02 S-20 -]',
    async ({ persona, others }) => {
      const rows = [
        [LOG, await keyOf(LOG, others)],
        ['public.disclosures', await keyOf('public.disclosures', others)],
        [RUNS, await keyOf(RUNS)],
      ] as const;
      await database().as(personas.opsAuditor, async (session) => {
        for (const row of rows)
          expect(await session.value('select public.prove_record($1, $2)', [...row])).toBeTruthy();
      });
      await database().as(persona, async (session) => {
        const answers = [];
        for (const row of [...rows, [LOG, [others, others]] as const])
          answers.push(await session.attempt('select public.prove_record($1, $2)', [...row]));
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(answers[0]).toMatchObject({ ok: false, code: 'CD010', message: 'sealed record not found' });
      });
    },
  );

  test('and seals nothing [S-20 -]', async () => {
    for (const { persona } of mine)
      await database().as(persona, async (session) => {
        for (const statement of [
          'select public.seal_records()',
          'select public.watch_catalog()',
          'select * from audit.seals',
        ])
          expect(await session.attempt(statement)).toMatchObject({ ok: false, code: '42501' });
      });
  });
});

describe('who examines a clinic sees', () => {
  test('what was destroyed of its own, and of no other [N-49 S-02 +, N-49 S-02 -]', async () => {
    const destroyed = (session: Session) =>
      session.rows('select distinct organisation_id from public.tombstones');
    for (const { persona, own } of mine)
      await database().as(persona, async (session) => {
        expect(await destroyed(session)).toEqual([{ organisation_id: own }]);
      });
    await database().as(personas.clinicAdmin, async (session) => {
      expect(await destroyed(session)).toEqual([]);
    });
  });

  test('which of its records of access were bent, and not those of others [N-35 S-02 +, N-35 S-02 -]', async () => {
    const bent = (session: Session) =>
      session.rows<{ id: string }>(`select id from public.bent_access_records('-infinity')`);
    const ids = await database().asSuperuser(async (session) => {
      await session.script(
        'set local session_replication_role = replica; alter table audit.access_log disable trigger user',
      );
      return session.rows<{ organisation_id: string; id: string }>(
        `insert into audit.access_log (
           occurred_at, id, lsn, key_id, statement_at, transaction_at, backend_pid, realm, organisation_id, table_name, operation, audit_level,
           outcome, reason, address_source, hmac
         )
         select now() - interval '1 second', o, '0/1', 1, now(), now(), 1, 'provider', o, 'patients', 'SELECT', 'basic', 'denied', 'probe', 'unknown',
           sha256(o::text::bytea)
         from unnest($1::uuid[]) as o returning organisation_id, id`,
        [[CLINIC_A, CLINIC_B]],
      );
    });
    const of = (organisation: string) =>
      ids.filter(({ organisation_id }) => organisation_id === organisation).map(({ id }) => ({ id }));
    for (const { persona, own } of mine)
      await database().as(persona, async (session) => expect(await bent(session)).toEqual(of(own)));
    await database().as(personas.opsAuditor, async (session) => {
      expect(await bent(session)).toHaveLength(2);
      // Of no time is of all time: nothing would read as if nothing were bent.
      expect(await session.rows('select from public.bent_access_records(null, null)')).toHaveLength(2);
    });
  });

  test('where the log has holes, which are nobody’s alone [N-35 +]', async () => {
    await database().asSuperuser((session) =>
      session.rows(
        `insert into audit.access_log_exceptions (kind, slot_name, from_lsn, to_lsn, cause) values ('gap', 'a_slot', '0/1', '0/2', 'probe')`,
      ),
    );
    for (const persona of [...mine.map(({ persona }) => persona), personas.opsAuditor, personas.service])
      await database().as(persona, async (session) => {
        expect(
          await session.rows('select kind, from_lsn, to_lsn, cause from public.access_log_exceptions()'),
        ).toContainEqual({
          kind: 'gap',
          from_lsn: '0/1',
          to_lsn: '0/2',
          cause: 'probe',
        });
        expect(await session.rows('select from public.access_log_exceptions(null)')).not.toEqual([]);
        expect(await session.rows(`select 1 from public.access_log_exceptions('infinity')`)).toEqual([]);
      });
  });

  test.each([
    personas.clinicAdmin,
    personas.doctor,
    personas.opsAgent,
    personas.patient,
    personas.stranger,
    personas.anon,
  ])('and $name none of it: 42501 [N-35 S-20 -]', async (persona) => {
    await database().as(persona, async (session) => {
      for (const statement of [
        `select * from public.bent_access_records('-infinity')`,
        'select * from public.access_log_exceptions()',
        'select public.seal_head()',
      ])
        expect(await session.attempt(statement)).toMatchObject({ ok: false, code: '42501' });
    });
  });
});
