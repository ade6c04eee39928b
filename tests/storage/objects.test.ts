import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import {
  aDocument,
  BUCKET,
  type Granted,
  grant,
  objects,
  outcome,
  PDF,
  requestOf,
  ticket,
  useStorage,
} from '../support/storage/documents.ts';

const { database, storage } = useStorage();
const server = requestOf(personas.service);

let document: Granted;
let ofB: Granted;
beforeAll(async () => {
  document = await aDocument(database(), storage(), personas.receptionist);
  ofB = await aDocument(database(), storage(), personas.receptionistOfB);
  await database().asSuperuser((session) =>
    session.script(`insert into storage.buckets (id, name, public) values ('icons', 'icons', true)`),
  );
});

/** Everything that tells what an object is and where. */
const lying = () =>
  database().asSuperuser((session) =>
    session.rows('select id, bucket_id, name, version, metadata, owner_id from storage.objects order by id'),
  );

describe('an object of a document stays what and where it is', () => {
  test('for staff, for the server and for the owner of the tables: not moved, copied, overwritten, renamed or deleted [S-08 S-11 S-05 -]', async () => {
    const before = await lying();
    const { path: free } = await grant(database(), personas.receptionist);
    const icon = ['icons', 'icon.png'] as const;
    for (const caller of [requestOf(personas.receptionist), requestOf(personas.doctor), server]) {
      for (const attempt of [
        () => storage().move(caller, [BUCKET, document.path], [BUCKET, free]),
        () => storage().move(caller, [BUCKET, document.path], icon),
        () => storage().move(caller, [BUCKET, ofB.path], [BUCKET, document.path]),
        () => storage().copy(caller, [BUCKET, document.path], [BUCKET, ofB.path], { isUpsert: true }),
        () => storage().copy(caller, [BUCKET, document.path], [BUCKET, `${document.path}0`]),
        () => storage().upload(caller, BUCKET, document.path, PDF, { isUpsert: true }),
      ]) {
        expect(await outcome(attempt())).toMatch(/^(403 42501|404 NoSuchKey|409 23505)$/);
      }
    }
    expect(await outcome(storage().remove(server, BUCKET, [document.path]))).toBe('403 42501');
    expect(await storage().remove(requestOf(personas.receptionist), BUCKET, [document.path])).toBe(0);
    for (const change of [
      `update storage.objects set metadata = metadata || '{"size": 1}' where name = $1 returning id`,
      `update storage.objects set user_metadata = '{"patient": "Ana"}' where name = $1 returning id`,
      `update storage.objects set version = 'other' where name = $1 returning id`,
      `update storage.objects set owner_id = 'other' where name = $1 returning id`,
      `update storage.objects set id = gen_random_uuid() where name = $1 returning id`,
    ]) {
      expect(await outcome(storage().statement(server, 'object.upload', change, [document.path]))).toBe(
        '403 42501',
      );
      const owner = await database().asPostgres((session) => session.attempt(change, [document.path]), {
        rollback: true,
      });
      expect(owner).toMatchObject({ ok: false, code: '42501' });
    }
    expect(await lying()).toEqual(before);
  });

  test('while what tells nothing of it may change, and other buckets are nobody’s affair [S-11 +]', async () => {
    const touch = 'update storage.objects set last_accessed_at = now() where name = $1 returning id';
    expect(await storage().statement(server, 'object.upload', touch, [document.path])).toBe(1);
    const name = randomUUID();
    expect(await outcome(storage().upload(server, 'icons', name, PDF))).toBe('done');
    expect(await outcome(storage().upload(server, 'icons', name, PDF, { isUpsert: true }))).toBe('done');
    expect(await outcome(storage().move(server, ['icons', name], ['icons', `${name}2`]))).toBe('done');
    expect(await storage().remove(server, 'icons', [`${name}2`])).toBe(1);
  });

  test('nothing is moved into the bucket, on a grant neither [S-08 S-11 -]', async () => {
    const name = randomUUID();
    await storage().upload(server, 'icons', name, PDF);
    const { path } = await grant(database(), personas.receptionist);
    expect(await outcome(storage().move(server, ['icons', name], [BUCKET, path]))).toBe('403 42501');
    expect(await objects(database())).not.toContain(path);
  });

  test('it goes when its row has gone [S-08 +]', async () => {
    const gone = await grant(database(), personas.receptionist);
    await storage().upload(requestOf(personas.receptionist), BUCKET, gone.path, PDF);
    await database().asSuperuser((session) =>
      session.script(`delete from document_upload_grants where document_id = '${gone.document_id}';
        delete from documents where id = '${gone.document_id}'`),
    );
    expect(await storage().remove(server, BUCKET, [gone.path])).toBe(1);
  });

  test('the tables are never emptied, though the API’s roles hold TRUNCATE [S-08 S-06 -]', async () => {
    for (const table of ['storage.objects', 'storage.buckets cascade', 'storage.objects, storage.buckets']) {
      const answer = await database().as(personas.service, (session) => session.attempt(`truncate ${table}`));
      expect(answer).toMatchObject({ ok: false, code: 'CD014' });
    }
  });
});

describe('the bucket', () => {
  test('is private, and no way of reading it without a ticket leads to a file [S-06 S-10 +]', async () => {
    const [bucket] = await database().asSuperuser((session) =>
      session.rows('select public, file_size_limit, allowed_mime_types from storage.buckets where id = $1', [
        BUCKET,
      ]),
    );
    expect(bucket).toMatchObject({ public: false, file_size_limit: '52428800' });
    expect(await outcome(storage().readPublic(BUCKET, document.path))).toBe('404 NoSuchBucket');
    await ticket(database(), personas.doctor, document.document_id);
    await storage().sign(requestOf(personas.doctor), BUCKET, document.path);
    expect(await storage().readSigned(BUCKET, document.path)).toEqual(PDF);
  });

  test('is made public, renamed, loosened or removed by nobody, the server’s key and the migrating role included [S-06 S-10 S-05 -]', async () => {
    expect(await outcome(storage().updateBucket(server, BUCKET, true))).toBe('403 42501');
    expect(await storage().updateBucket(server, 'icons', false)).toBe(1);
    for (const change of [
      `update storage.buckets set public = true where id = '${BUCKET}'`,
      `update storage.buckets set public = true`,
      `update storage.buckets set allowed_mime_types = null where id = '${BUCKET}'`,
      `update storage.buckets set file_size_limit = null where id = '${BUCKET}'`,
      `update storage.buckets set name = 'other' where id = '${BUCKET}'`,
      `insert into storage.buckets (id, name, public) values ('${BUCKET}', '${BUCKET}', true) on conflict (id) do update set public = true`,
    ]) {
      const owner = await database().asPostgres((session) => session.attempt(change), { rollback: true });
      expect([change, owner]).toMatchObject([change, { ok: false, code: '42501' }]);
      expect([change, await outcome(storage().statement(server, 'bucket.update', change))]).toEqual([
        change,
        '403 42501',
      ]);
    }
    const gone = await database().asPostgres(
      async (session) => {
        await session.rows(`select set_config('storage.allow_delete_query', 'true', true)`);
        return session.attempt(`delete from storage.buckets where id = '${BUCKET}'`);
      },
      { rollback: true },
    );
    expect(gone.ok).toBe(false);
  });
});

describe('whatever policy somebody adds', () => {
  test('no object of a document opens by it, and objects of other buckets do [S-11 -]', async () => {
    await database().asSuperuser(async (session) => {
      await session.script(`
        create policy everything on storage.objects for all to public using (true) with check (true);
        insert into storage.objects (bucket_id, name) values ('icons', 'seen')`);
    });
    for (const persona of [personas.doctor, personas.receptionist, personas.anon]) {
      const caller = requestOf(persona);
      expect(await storage().list(caller, BUCKET)).toEqual([]);
      expect(await storage().list(caller, 'icons')).toContain('seen');
      expect(await outcome(storage().upload(caller, BUCKET, randomUUID(), PDF))).toBe('403 42501');
      expect(await storage().remove(caller, BUCKET, [document.path])).toBe(0);
      expect(await outcome(storage().move(caller, ['icons', 'seen'], [BUCKET, 'seen']))).toBe('403 42501');
    }
    await database().asSuperuser((session) => session.script('drop policy everything on storage.objects'));
  });
});

describe('every verb, in both organisations, for every realm', () => {
  const people: readonly (readonly [Persona, string])[] = [
    [personas.doctor, CLINIC_A],
    [personas.doctorOfB, CLINIC_B],
    [personas.patient, CLINIC_A],
    [personas.patientOfB, CLINIC_B],
    [personas.opsAgent, 'none'],
    [personas.anon, 'none'],
  ];

  test('staff act on what they were granted in their own, nobody else and nowhere else [S-11 S-07 +]', async () => {
    const answers: string[] = [];
    for (const [persona, home] of people) {
      for (const [where, target, fresh] of [
        ['a', document, personas.receptionist],
        ['b', ofB, personas.receptionistOfB],
      ] as const) {
        const isHome = home === idOf('organisation', where);
        const isStaff = persona.role === 'authenticated';
        const own = isHome && isStaff;
        const uploadable = own ? await grant(database(), persona) : await grant(database(), fresh);
        if (own) await ticket(database(), persona, target.document_id);
        const caller = requestOf(persona);
        const got = {
          insert: await outcome(storage().upload(caller, BUCKET, uploadable.path, PDF)),
          select: await outcome(storage().sign(caller, BUCKET, target.path)),
          update: await outcome(storage().move(caller, [BUCKET, target.path], [BUCKET, uploadable.path])),
          delete: await storage()
            .remove(caller, BUCKET, [target.path])
            .then(String, (error: Error) => error.message),
        };
        answers.push(`${persona.name} in ${where}: ${Object.values(got).join(' · ')}`);
      }
    }
    expect(answers).toMatchInlineSnapshot(`
      [
        "doctor of A in a: done · done · 404 NoSuchKey · 0",
        "doctor of A in b: 403 42501 · 404 NoSuchKey · 404 NoSuchKey · 0",
        "doctor of B in a: 403 42501 · 404 NoSuchKey · 404 NoSuchKey · 0",
        "doctor of B in b: done · done · 404 NoSuchKey · 0",
        "patient of A in a: 403 42501 · 403 42501 · 403 42501 · permission denied to set role "patient"",
        "patient of A in b: 403 42501 · 403 42501 · 403 42501 · permission denied to set role "patient"",
        "patient of B in a: 403 42501 · 403 42501 · 403 42501 · permission denied to set role "patient"",
        "patient of B in b: 403 42501 · 403 42501 · 403 42501 · permission denied to set role "patient"",
        "operations agent in a: 403 42501 · 403 42501 · 403 42501 · permission denied to set role "internal_ops"",
        "operations agent in b: 403 42501 · 403 42501 · 403 42501 · permission denied to set role "internal_ops"",
        "nobody signed in in a: 403 42501 · 404 NoSuchKey · 404 NoSuchKey · 0",
        "nobody signed in in b: 403 42501 · 404 NoSuchKey · 404 NoSuchKey · 0",
      ]
    `);
    expect(await objects(database())).toEqual(expect.arrayContaining([document.path, ofB.path]));
  });
});
