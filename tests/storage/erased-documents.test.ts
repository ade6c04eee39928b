import { describe, expect, inject, test } from 'vitest';
import { removeErased } from '../../client/documents.ts';
import { StorageRefusedError } from '../../client/errors.ts';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import {
  aDocument,
  BUCKET,
  objects,
  outcome,
  requestOf,
  storageUrl,
  ticket,
} from '../support/storage/documents.ts';
import { Gateway } from '../support/storage/gateway.ts';
import { supabaseClient } from '../support/storage/supabase-client.ts';
import { sometimeIn, yearIn } from '../support/years.ts';

const ANA = idOf('patient', 'a', '01');
/** A chart of today is kept for twenty years. */
const LATER = `${yearIn(34)}-01-01 12:00+00`;
const ANAS = `${CLINIC_A}/${ANA}/`;

interface Line {
  readonly table: string;
  readonly rows: number;
  readonly basis: string;
  readonly until: string | null;
}
interface Report {
  readonly destroyed: readonly Line[];
  readonly kept: readonly Line[];
}
interface World {
  readonly database: TestDatabase;
  readonly gateway: Gateway;
  readonly server: ReturnType<typeof supabaseClient>;
  /** As the owner, who does what time does. */
  readonly owned: (sql: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
}

/** A database of its own, which the test may erase from. */
async function inWorld(work: (world: World) => Promise<void>): Promise<void> {
  const database = await TestDatabase.clone(inject('server'));
  const gateway = await Gateway.start({
    authenticator: database.url('authenticator'),
    storage: storageUrl(database),
  });
  try {
    const owned = (sql: string, values: readonly unknown[] = []) =>
      database.asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, false)`, [CLINIC_A]);
        return session.rows(sql, values);
      });
    await owned('update legal_holds set released_at = now() where organisation_id = $1', [CLINIC_A]);
    await work({ database, gateway, owned, server: supabaseClient(gateway.url, personas.service.claims) });
  } finally {
    await gateway.stop();
    await database.drop();
  }
}

/** Ana asks, the officer answers at that moment. */
async function erase({ database }: World, at?: string): Promise<Report> {
  await database.as(
    personas.patient,
    (session) =>
      session.rows(
        `insert into subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, 'erasure')`,
        [CLINIC_A, NOBODY, ANA],
      ),
    { commit: true },
  );
  const report = await database.as(
    personas.privacyOfficer,
    async (session) => {
      await session.rows(`update subject_requests set status = 'in_progress' where id = $1`, [NOBODY]);
      if (at) await session.rows(`select set_config('test.now', $1, true)`, [at]);
      return session.value<Report>('select erase_subject($1)', [NOBODY]);
    },
    { commit: true },
  );
  if (!report) throw new Error('nothing was reported');
  return report;
}
const kept = ({ kept: lines }: Report, table: string) => lines.find((line) => line.table === table);
const extend = ({ owned }: World, retention: string) =>
  owned(
    `insert into retention_extensions (organisation_id, retention, keep_months, reason) values ($1, $2, 600, 'A contract with an insurer.')`,
    [CLINIC_A, retention],
  );

describe('a document goes with the chart', () => {
  test('whose time is over, its file after it, and nobody else’s [N-49 S-11 +]', async () => {
    await inWorld(async (world) => {
      const { database, gateway, server } = world;
      const { path } = await aDocument(database, gateway.storage, personas.receptionist);
      const before = await objects(database, CLINIC_A);
      const anas = before.filter((name) => name.startsWith(ANAS));
      expect(anas).toContain(path);
      expect(anas.length).toBeGreaterThan(2);
      const report = await erase(world, LATER);
      expect(report.destroyed.find(({ table }) => table === 'public.documents')).toMatchObject({
        rows: anas.length,
      });
      expect(kept(report, 'storage.objects')).toMatchObject({ rows: anas.length, until: null });
      expect(await objects(database, CLINIC_A), 'the file is Storage’s').toEqual(before);
      expect(await removeErased(server, CLINIC_A)).toBe(anas.length);
      expect(await objects(database, CLINIC_A)).toEqual(before.filter((name) => !name.startsWith(ANAS)));
      expect(await removeErased(server, CLINIC_A), 'twice').toBe(0);
      expect((await objects(database, CLINIC_B)).length).toBeGreaterThan(0);
    });
  });

  test('is taken away once by two servers at once, and by the next where one died half-way [N-49 -]', async () => {
    await inWorld(async (world) => {
      await erase(world, LATER);
      const anas = (await objects(world.database, CLINIC_A)).filter((name) => name.startsWith(ANAS));
      // One file is gone, and whoever took it died before it took the others.
      expect(await world.gateway.storage.remove(requestOf(personas.service), BUCKET, anas.slice(0, 1))).toBe(
        1,
      );
      const [one, other] = await Promise.all([
        removeErased(world.server, CLINIC_A),
        removeErased(world.server, CLINIC_A),
      ]);
      expect(one + other).toBe(anas.length - 1);
      expect((await objects(world.database, CLINIC_A)).filter((name) => name.startsWith(ANAS))).toEqual([]);
    });
  });

  test('by retention as by request [N-49 +]', async () => {
    await inWorld(async (world) => {
      const { database, server, owned } = world;
      const before = await objects(database, CLINIC_A);
      await database.asPostgres(async (session) => {
        await session.rows(`select set_config('test.now', $1, false)`, [LATER]);
        const plan = await session.value<{ plan_sha256: string; rows: { table: string }[] }>(
          'select governance.plan_retention()',
        );
        expect(plan?.rows.map(({ table }) => table)).toContain('public.documents');
        await session.rows('select governance.run_retention($1)', [plan?.plan_sha256]);
      });
      expect(await owned('select from documents where organisation_id = $1', [CLINIC_A])).toEqual([]);
      expect(await removeErased(server, CLINIC_A)).toBe(before.length);
      expect(await objects(database, CLINIC_A)).toEqual([]);
    });
  });

  test('and the record of who read it stays for as long as it must, as an id [N-49 S-09 +]', async () => {
    await inWorld(async (world) => {
      const { document_id } = await aDocument(world.database, world.gateway.storage, personas.receptionist);
      const { ticket_id } = await ticket(world.database, personas.doctor, document_id);
      await extend(world, 'audit');
      const report = await erase(world, LATER);
      expect(kept(report, 'public.document_read_tickets')).toMatchObject({
        until: expect.stringMatching(sometimeIn(50)),
      });
      expect(await world.owned('select from documents where id = $1', [document_id])).toEqual([]);
      expect(
        await world.owned('select document_id, user_id from document_read_tickets where id = $1', [
          ticket_id,
        ]),
      ).toEqual([{ document_id, user_id: personas.doctor.userId }]);
    });
  });
});

describe('a document stays', () => {
  test('while its chart must, and says until when [N-49 -]', async () => {
    await inWorld(async (world) => {
      const before = await objects(world.database, CLINIC_A);
      const report = await erase(world);
      expect(kept(report, 'public.documents')).toMatchObject({
        until: expect.stringMatching(sometimeIn(20)),
        basis: expect.stringContaining('13.787'),
      });
      expect(kept(report, 'storage.objects')).toBeUndefined();
      expect(await removeErased(world.server, CLINIC_A)).toBe(0);
      expect(await objects(world.database, CLINIC_A)).toEqual(before);
    });
  });

  test('while a form that speaks of it must, and its file with it [N-49 S-31 -]', async () => {
    await inWorld(async (world) => {
      const { document_id, path } = await aDocument(
        world.database,
        world.gateway.storage,
        personas.receptionist,
      );
      await world.database.as(
        personas.doctor,
        (session) =>
          session.rows(
            `insert into signed_forms (organisation_id, patient_id, template_id, document_id)
             select organisation_id, patient_id, template_id, $2 from signed_forms where id = $1`,
            [idOf('form', 'a', '01'), document_id],
          ),
        { commit: true },
      );
      await extend(world, 'consent');
      const report = await erase(world, LATER);
      expect(kept(report, 'public.documents')).toMatchObject({
        rows: 1,
        basis: 'is referred to by what is kept',
      });
      await removeErased(world.server, CLINIC_A);
      const left = await objects(world.database, CLINIC_A);
      expect(left.filter((name) => name.startsWith(ANAS))).toEqual([path]);
    });
  });

  test('under a hold, whoever asks [N-49 -]', async () => {
    await inWorld(async (world) => {
      await world.owned(
        `insert into legal_holds (organisation_id, patient_id, reason) values ($1, $2, 'An order of the court.')`,
        [CLINIC_A, ANA],
      );
      await expect(erase(world, LATER)).rejects.toMatchObject({ code: 'CD020' });
      expect(await removeErased(world.server, CLINIC_A)).toBe(0);
    });
  });
});

describe('a file', () => {
  test('is taken away by nobody while its document stands, and told to nobody but the server [S-05 S-11 N-49 -]', async () => {
    await inWorld(async (world) => {
      const { path } = await aDocument(world.database, world.gateway.storage, personas.receptionist);
      expect(await outcome(world.gateway.storage.remove(requestOf(personas.service), BUCKET, [path]))).toBe(
        '403 42501',
      );
      await erase(world, LATER);
      for (const persona of [
        personas.clinicAdmin,
        personas.privacyOfficer,
        personas.patient,
        personas.opsAdmin,
      ]) {
        expect(
          await world.database.as(persona, (session) =>
            session.attempt('select orphaned_objects($1)', [CLINIC_A]),
          ),
          persona.name,
        ).toMatchObject({ ok: false, code: '42501' });
      }
      const ofB = await world.database.as(personas.service, (session) =>
        session.value('select orphaned_objects($1)', [CLINIC_B]),
      );
      expect(ofB).toEqual([]);
      expect(await outcome(world.gateway.storage.sign(requestOf(personas.doctor), BUCKET, path))).toBe(
        '404 NoSuchKey',
      );
    });
  });

  test('that Storage does not give up ends the removal, instead of asking for ever [N-49 -]', async () => {
    await inWorld(async (world) => {
      await erase(world, LATER);
      const { server } = world;
      const deaf = {
        rpc: server.rpc.bind(server),
        from: server.from.bind(server),
        storage: { from: () => ({ remove: async () => ({ data: [], error: null }) }) } as never,
      };
      await expect(removeErased(deaf as never, CLINIC_A)).rejects.toBeInstanceOf(StorageRefusedError);
    });
  });

  test('that Storage does not give up keeps no other, and both are counted [N-49 -]', async () => {
    await inWorld(async (world) => {
      await erase(world, LATER);
      const anas = (await objects(world.database, CLINIC_A)).filter((name) => name.startsWith(ANAS));
      const { server } = world;
      const bucket = server.storage.from(BUCKET);
      const without = {
        rpc: server.rpc.bind(server),
        storage: {
          from: () => ({
            remove: (paths: string[]) => bucket.remove(paths.filter((path) => path !== anas[0])),
          }),
        },
      };
      await expect(removeErased(without as never, CLINIC_A)).rejects.toMatchObject({
        code: 'STORAGE',
        message: `Storage took ${anas.length - 1} erased files away, and left 1`,
      });
      expect((await objects(world.database, CLINIC_A)).filter((name) => name.startsWith(ANAS))).toEqual(
        anas.slice(0, 1),
      );
    });
  });

  test('is looked for behind all that are stuck, more than one request asks for; an error tells what went before it [N-49 -]', async () => {
    const names = Array.from({ length: 350 }, (_, index) => `file ${String(index).padStart(3, '0')}`);
    const stuck = new Set(names.slice(0, 150));
    let left = names;
    let requests = 0;
    const storage = (fails: boolean) => ({
      rpc: async (_: string, { most }: { most: number }) => ({ data: left.slice(0, most), error: null }),
      storage: {
        from: () => ({
          remove: async (paths: string[]) => {
            requests += 1;
            if (fails && requests > 2) return { data: null, error: { status: 500 } };
            const gone = paths.filter((path) => !stuck.has(path));
            left = left.filter((path) => !gone.includes(path));
            return { data: gone.map((name) => ({ name })), error: null };
          },
        }),
      },
    });
    await expect(removeErased(storage(true) as never, CLINIC_A)).rejects.toThrow(/before that it took 50$/);
    expect(left).toHaveLength(300);
    requests = 0;
    await expect(removeErased(storage(false) as never, CLINIC_A)).rejects.toThrow(
      'Storage took 150 erased files away, and left 150',
    );
    expect(left).toEqual([...stuck]);
    expect(requests).toBeLessThan(6);
  });
});
