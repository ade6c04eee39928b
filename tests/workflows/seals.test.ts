import { beforeAll, describe, expect, test } from 'vitest';
import { verifyProof } from '../../scripts/audit/proof.mjs';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { EVIDENCE, happen, headOf, LOG, seal } from '../support/trail.ts';

const database = useDatabase();

const keyAt = (table: string, place: number) =>
  database().asSuperuser((session) =>
    session.value<string[]>(
      'select record_key::text[] from audit.leaves where table_name = $1 and leaf_index = $2',
      [table, place],
    ),
  );
const may: readonly [string, Persona][] = [
  ['auditor of operations', personas.opsAuditor],
  ['admin of operations', personas.opsAdmin],
  ['server', personas.service],
];

describe('who seals and who proves', () => {
  test.each(may)('the %s, who then holds head and proofs [S-20 +]', async (_, persona) => {
    await happen(database());
    await database().as(persona, async (session) => {
      const [first] = await session.rows<{ seal: { table: string; row_count: number; tree_size: number } }>(
        'select seal from public.seal_records() as seal',
      );
      expect(first?.seal).toMatchObject({ table: LOG });
      expect(await session.rows('select * from public.seal_records()')).toEqual([]);
      const head = await session.value<Parameters<typeof verifyProof>[1]>('select public.seal_head()');
      expect(head).toMatchObject({
        format: 'cordon.head.1',
        trees: { [LOG]: { tree_size: first?.seal.tree_size } },
      });
      const inclusion = await session.value('select public.prove_record($1, $2)', [LOG, await keyAt(LOG, 3)]);
      expect(verifyProof(inclusion, head)).toEqual({ holds: true, isKept: true });
      const consistency = await session.value('select public.prove_consistency($1, 7)', [LOG]);
      expect(verifyProof(consistency, head)).toEqual({ holds: true, isKept: true });
      expect(JSON.stringify([inclusion, consistency, head])).not.toMatch(/case\.opened|actor_kind/);
      // From the first leaf, and from the newest size, which is its own beginning.
      for (const from of [1, first?.seal.tree_size]) {
        const proof = await session.value('select public.prove_consistency($1, $2)', [LOG, from]);
        expect(verifyProof(proof, head)).toEqual({ holds: true, isKept: true });
      }
      // What is no hash equals nothing, and what has no ends is no proof.
      const [same, tree] = [consistency as { from: object }, inclusion as object];
      for (const [root, other] of [
        ['nonsense', 'other'],
        ['', ''],
      ] as const) {
        const from = { tree_size: 5, root };
        const nowhere = { ...same, path: [], from, to: { ...from, root: other } };
        expect(verifyProof(nowhere, head)).toEqual({ holds: false, isKept: false });
        const leafless = { ...tree, path: [], leaf_index: 0, tree_size: 1, leaf_hash: other, root };
        expect(verifyProof(leafless, head)).toEqual({ holds: false, isKept: false });
      }
      const equal = { ...same, path: [], to: same.from };
      expect(verifyProof(equal, head)).toMatchObject({ holds: true });
      expect(verifyProof({ ...same, from: undefined }, head)).toBeUndefined();
      expect(verifyProof({ ...same, to: { tree_size: 5 } }, head)).toBeUndefined();
      // A proof of another row, or of a size that was never kept.
      expect(verifyProof({ ...(inclusion as object), leaf_index: 4 }, head)).toMatchObject({ holds: false });
      const older = await session.value('select public.prove_record($1, $2, 20)', [LOG, await keyAt(LOG, 3)]);
      expect(verifyProof(older, head)).toEqual({ holds: true, isKept: false });
    });
  });

  test.each<Persona>([
    personas.clinicAdmin,
    personas.doctor,
    personas.finance,
    personas.patient,
    personas.opsAgent,
    personas.anon,
    personas.stranger,
  ])('not $name: neither functions nor tables [S-20 -]', async (persona) => {
    await database().as(persona, async (session) => {
      for (const statement of [
        'select public.seal_records()',
        'select public.seal_head()',
        `select public.prove_record('${LOG}', '{a,b}')`,
        `select public.prove_consistency('${LOG}', 1)`,
        `select audit.seal_table('${LOG}')`,
        `select audit.close_table('${LOG}')`,
        'select * from audit.seals',
        'select * from audit.leaves',
        'select * from audit.nodes',
        `insert into audit.leaves values ('${LOG}', 1000000, '{x}', sha256('x'))`,
      ]) {
        expect(await session.attempt(statement), statement).toMatchObject({ ok: false, code: '42501' });
      }
    });
    await database().as(personas.opsAuditor, async (session) => {
      expect(await session.attempt('select public.seal_head()')).toMatchObject({ ok: true });
    });
  });

  test('the auditor and the server ask by function only: the trail and its helpers stay closed [S-20 -]', async () => {
    for (const [, persona] of may) {
      await database().as(persona, async (session) => {
        for (const statement of [
          `select audit.seal_table('${LOG}')`,
          `select * from audit.sealed_records('${LOG}', 0, 10)`,
          `select * from audit.unsealed_records('${LOG}')`,
          'select * from audit.sealed_heads()',
          `select audit.close_table('${LOG}')`,
          'select * from audit.seals',
          'lock table audit.seals in exclusive mode',
        ]) {
          expect(await session.attempt(statement), statement).toMatchObject({ ok: false, code: '42501' });
        }
      });
    }
  });
});

describe('seals', () => {
  test('follow each other, of every append-only table, and nothing new makes none [S-20 +]', async () => {
    await seal(database());
    const before = await headOf(database());
    expect(before.trees).toHaveProperty([LOG]);
    expect(before.trees).toHaveProperty([EVIDENCE]);
    expect(await seal(database())).toEqual([]);
    expect(await headOf(database())).toEqual(before);
    await happen(database(), 3);
    expect(await seal(database())).toMatchObject([
      { seal: before.seal + 1, table: LOG, row_count: 3, tree_size: (before.trees[LOG]?.tree_size ?? 0) + 3 },
    ]);
    const rows = await database().asSuperuser((session) =>
      session.rows<{ whole: boolean; count: string }>(
        `select s.hash = sha256(convert_to(audit.head_text(s), 'UTF8'))
           and s.previous_hash = coalesce(lag(s.hash) over (order by s.seal), decode(repeat('00', 32), 'hex'))
           and s.root = audit.range_hash(s.table_name, 0, s.tree_size) as whole, count(*) over () as count
         from audit.seals as s`,
      ),
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.every(({ whole }) => whole)).toBe(true);
  });

  test('say who sealed: the person that the token names, or the login [S-20 +]', async () => {
    await happen(database());
    await database().as(
      personas.opsAuditor,
      async (session) => {
        await session.rows('select * from public.seal_records()');
      },
      { commit: true },
    );
    await happen(database());
    await seal(database());
    const rows = await database().asSuperuser((session) =>
      session.rows<{ sealed_by: string }>('select sealed_by from audit.seals order by seal desc limit 2'),
    );
    expect(rows.map(({ sealed_by }) => sealed_by)).toEqual(['postgres', personas.opsAuditor.userId]);
  });

  test.each(['audit.seals', 'audit.leaves', 'audit.nodes'])(
    '%s is append-only for its owner and the superuser, in replication mode too [S-20 -]',
    async (table) => {
      for (const login of ['asPostgres', 'asSuperuser'] as const) {
        await database()[login](
          async (session) => {
            if (login === 'asSuperuser') await session.script('set local session_replication_role = replica');
            for (const statement of [
              `update ${table} set table_name = table_name`,
              `delete from ${table}`,
              `truncate ${table}`,
            ]) {
              expect(await session.attempt(statement)).toMatchObject({ ok: false, code: 'CD014' });
            }
          },
          { rollback: true },
        );
      }
    },
  );

  test('prove nothing of what is not sealed: CD010 [S-20 -]', async () => {
    await database().as(personas.opsAuditor, async (session) => {
      const newest = await session.value<number>(
        `select (public.seal_head() -> 'trees' -> '${LOG}' ->> 'tree_size')::int`,
      );
      const key = await keyAt(LOG, 50);
      for (const [statement, values] of [
        ['select public.prove_record($1, $2)', [LOG, ['nobody', 'nothing']]],
        ['select public.prove_record($1, $2)', ['public.patients', key]],
        ['select public.prove_record($1, $2, 50)', [LOG, key]],
        ['select public.prove_record($1, $2, 1000000)', [LOG, key]],
        ['select public.prove_record($1, $2)', [LOG, null]],
        ['select public.prove_consistency($1, 0)', [LOG]],
        ['select public.prove_consistency($1, 5, 4)', [LOG]],
        ['select public.prove_consistency($1, 5, $2)', [LOG, Number(newest) + 1]],
        ['select public.prove_consistency($1, 1)', ['public.patients']],
        ['select public.prove_consistency($1, null)', [LOG]],
      ] as const) {
        expect(await session.attempt(statement, values), statement).toMatchObject({
          ok: false,
          code: 'CD010',
        });
      }
      expect(await session.attempt('select public.prove_record($1, $2, 51)', [LOG, key])).toMatchObject({
        ok: true,
      });
    });
  });
});

beforeAll(() => seal(database()));
