import { describe, expect, test } from 'vitest';
import { type Persona, personas, transporters } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();

const VERSION = '20990101000000';
const CHECKSUM = 'a'.repeat(64);
const PROPOSE = `insert into governance.schema_changes (version, checksum, name, access, shared_objects, status, decided_at, note)
  values ($1, $2, 'widen_cases', '{+ authenticated may select on public.cases}', '{public.cases}', 'acknowledged', now(), 'forged by who asks')`;

/** A migration was proposed by the role that migrates, which would have liked to answer for operations. */
const proposed = (tell: (as: Become) => Promise<void>) =>
  tellStory(database(), async (as) => {
    const owner = await as(personas.opsAdmin);
    await owner.script(`reset role; select set_config('request.jwt.claims', '', true)`);
    await owner.rows(PROPOSE, [VERSION, CHECKSUM]);
    await tell(as);
  });
const acknowledge = (session: Session, checksum = CHECKSUM) =>
  session.attempt('select public.acknowledge_schema_change($1, $2)', [VERSION, checksum]);
const reject = (session: Session, note = 'Operations still read that column.') =>
  session.attempt('select public.reject_schema_change($1, $2, $3)', [VERSION, CHECKSUM, note]);
const list = (session: Session, waitingOnly = true) =>
  session.rows<{ c: Record<string, unknown> }>(
    `select c from public.list_schema_changes($1) as c where c ->> 'version' = $2`,
    [waitingOnly, VERSION],
  );

describe('a proposed change of the schema', () => {
  test('is seen and acknowledged by operations: who, when and from where stand beside it [S-28 +]', async () => {
    await proposed(async (as) => {
      const admin = await as(personas.opsAdmin, { 'x-forwarded-for': '198.51.100.20' });
      expect((await list(admin)).map(({ c }) => c)).toMatchObject([
        {
          version: VERSION,
          checksum: CHECKSUM,
          status: 'proposed',
          shared_objects: ['public.cases'],
          note: null,
        },
      ]);
      expect(await acknowledge(admin)).toMatchObject({ ok: true });
      expect(await list(admin)).toEqual([]);
      expect((await list(admin, false)).map(({ c }) => c)).toMatchObject([
        { status: 'acknowledged', decided_by_user_id: personas.opsAdmin.userId },
      ]);
      await admin.script('reset role');
      expect(
        await admin.rows(
          `select decided_ip, ip_source, decided_at > now() as later from governance.schema_changes where version = '${VERSION}'`,
        ),
      ).toEqual([{ decided_ip: '198.51.100.20', ip_source: 'edge', later: true }]);
    });
  });

  test('is acknowledged by its checksum: an edited migration is another one, which nobody has seen [S-28 S-26 -]', async () => {
    await proposed(async (as) => {
      const admin = await as(personas.opsAdmin);
      expect(await acknowledge(admin, 'b'.repeat(64))).toMatchObject({ ok: false, code: 'CD010' });
      expect(await acknowledge(admin)).toMatchObject({ ok: true });
    });
  });

  test('is rejected with a reason, and decided once [S-28 -]', async () => {
    await proposed(async (as) => {
      const admin = await as(personas.opsAdmin);
      for (const note of ['', 'no', '           ']) {
        expect(await reject(admin, note)).toMatchObject({ ok: false, code: 'CD017' });
      }
      expect(await reject(admin)).toMatchObject({ ok: true });
      expect(await acknowledge(admin)).toMatchObject({ ok: false, code: 'CD010' });
      expect(await reject(admin)).toMatchObject({ ok: false, code: 'CD010' });
      expect((await list(admin, false))[0]?.c).toMatchObject({
        status: 'rejected',
        note: 'Operations still read that column.',
      });
    });
  });

  test('answered at once by two is answered once: 16 rounds on real connections [S-28 -]', async () => {
    const commit = { commit: true };
    for (let round = 0; round < 16; round += 1) {
      const version = `2098${String(round).padStart(10, '0')}`;
      await database().asSuperuser((session) => session.rows(PROPOSE, [version, CHECKSUM]));
      const by = (statement: string) => () =>
        database().as(
          personas.opsAdmin,
          (session) => session.attempt(statement, [version, CHECKSUM]),
          commit,
        );
      const both = [
        by('select public.acknowledge_schema_change($1, $2)'),
        by(`select public.reject_schema_change($1, $2, 'Operations still read that column.')`),
      ];
      const outcomes = await Promise.all((round % 2 === 0 ? both : both.reverse()).map((run) => run()));
      expect(outcomes.map((outcome) => (outcome.ok ? 'decided' : outcome.code)).sort()).toEqual([
        'CD010',
        'decided',
      ]);
    }
  }, 60_000);

  test.each([
    personas.clinicAdmin,
    personas.doctor,
    transporters.admin,
    personas.opsAgent,
    personas.opsAuditor,
    personas.formerOperator,
    personas.patient,
    personas.servicePinned,
    personas.anon,
  ] as Persona[])('is not decided by $name [S-28 S-29 -]', async (persona) => {
    await proposed(async (as) => {
      const session = await as(persona);
      expect(await acknowledge(session)).toMatchObject({ ok: false, code: '42501' });
      expect(await reject(session)).toMatchObject({ ok: false, code: '42501' });
      expect(await acknowledge(await as(personas.opsAdmin))).toMatchObject({ ok: true });
    });
  });

  test('is read by operations alone, and by nobody past the function [S-28 -]', async () => {
    await proposed(async (as) => {
      for (const persona of [personas.clinicAdmin, personas.patient, personas.servicePinned] as Persona[]) {
        expect(await (await as(persona)).attempt('select public.list_schema_changes()')).toMatchObject({
          ok: false,
          code: '42501',
        });
      }
      for (const persona of [personas.opsAgent, personas.opsAuditor]) {
        expect(await list(await as(persona))).toHaveLength(1);
        expect(await (await as(persona)).attempt('select 1 from governance.schema_changes')).toMatchObject({
          ok: false,
          code: '42501',
        });
      }
    });
  });

  test('is answered by no hand of its proposer: the owner can neither decide, edit, delete nor empty [S-28 -]', async () => {
    await proposed(async (as) => {
      const owner = await as(personas.opsAdmin);
      await owner.script('reset role; set local session_replication_role = replica');
      expect(
        await owner.rows(
          'select status, decided_at, note from governance.schema_changes where version = $1',
          [VERSION],
        ),
      ).toEqual([{ status: 'proposed', decided_at: null, note: null }]);
      for (const statement of [
        `update governance.schema_changes set status = 'acknowledged', decided_at = now(), decided_by_user_id = gen_random_uuid(), ip_source = 'unknown'`,
        `update governance.schema_changes set checksum = '${'b'.repeat(64)}'`,
        `update governance.schema_changes set access = '{}'`,
        'delete from governance.schema_changes',
        'truncate governance.schema_changes',
      ]) {
        expect(await owner.attempt(statement), statement).toMatchObject({ ok: false, code: 'CD014' });
      }
    });
  });
});
