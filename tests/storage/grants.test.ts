import { describe, expect, test } from 'vitest';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { BUCKET, grant, objects, outcome, PDF, requestOf, useStorage } from '../support/storage/documents.ts';

const { database, storage } = useStorage();
const server = requestOf(personas.service);

const statusOf = (documentId: string) =>
  database().asSuperuser((session) =>
    session.value<string>('select status from documents where id = $1', [documentId]),
  );

describe('an upload grant', () => {
  test('lets its holder upload one file to its path, whose type and size Storage tells [S-08 S-11 +]', async () => {
    const granted = await grant(database(), personas.receptionist, {
      type: 'application/pdf',
      size: PDF.bytes.length,
    });
    expect(await outcome(storage().upload(requestOf(personas.receptionist), BUCKET, granted.path, PDF))).toBe(
      'done',
    );
    const [document] = await database().asSuperuser((session) =>
      session.rows('select status, content_type, size_bytes, sha256 from documents where id = $1', [
        granted.document_id,
      ]),
    );
    expect(document).toEqual({
      status: 'uploaded',
      content_type: 'application/pdf',
      size_bytes: '18',
      sha256: null,
    });
    expect(await objects(database())).toContain(granted.path);
  });

  test('lets its holder sign the upload, and whoever has the signature use it once [S-08 +]', async () => {
    const granted = await grant(database(), personas.receptionist);
    const { owner } = await storage().signUpload(requestOf(personas.receptionist), BUCKET, granted.path);
    expect(await outcome(storage().uploadSigned(owner, BUCKET, granted.path, PDF))).toBe('done');
    expect(await outcome(storage().uploadSigned(owner, BUCKET, granted.path, PDF))).toBe('409 23505');
  });

  test('is used up: neither its holder nor the server uploads again, whatever the words [S-08 S-05 -]', async () => {
    const granted = await grant(database(), personas.receptionist);
    const holder = requestOf(personas.receptionist);
    await storage().upload(holder, BUCKET, granted.path, PDF);
    expect(await outcome(storage().upload(holder, BUCKET, granted.path, PDF))).toBe('403 42501');
    expect(await outcome(storage().upload(holder, BUCKET, granted.path, PDF, { isUpsert: true }))).toBe(
      '403 42501',
    );
    // Nothing is asked of the server but the unique name; with an upsert, the grant.
    expect(await outcome(storage().upload(server, BUCKET, granted.path, PDF))).toBe('409 23505');
    expect(await outcome(storage().upload(server, BUCKET, granted.path, PDF, { isUpsert: true }))).toBe(
      '403 42501',
    );
  });

  test('asked for an upsert first is refused, and stays good for an upload [S-08 -]', async () => {
    const granted = await grant(database(), personas.receptionist);
    const holder = requestOf(personas.receptionist);
    expect(await outcome(storage().upload(holder, BUCKET, granted.path, PDF, { isUpsert: true }))).toBe(
      '403 42501',
    );
    expect(await statusOf(granted.document_id)).toBe('pending');
    expect(await outcome(storage().upload(holder, BUCKET, granted.path, PDF))).toBe('done');
  });

  test('is of no use to anybody else: a colleague, another clinic, the server [S-08 S-11 S-05 -]', async () => {
    const granted = await grant(database(), personas.receptionist);
    for (const persona of [
      personas.nurse,
      personas.clinicAdmin,
      personas.receptionistOfB,
      personas.service,
      personas.signedOut,
    ]) {
      expect([
        persona.name,
        await outcome(storage().upload(requestOf(persona), BUCKET, granted.path, PDF)),
      ]).toEqual([persona.name, '403 42501']);
    }
    expect(await outcome(storage().upload(requestOf(personas.receptionist), BUCKET, granted.path, PDF))).toBe(
      'done',
    );
  });

  test('ends: an upload that is complete too late is refused, by signature too [S-08 -]', async () => {
    const granted = await grant(database(), personas.receptionist);
    const { owner } = await storage().signUpload(requestOf(personas.receptionist), BUCKET, granted.path);
    await database().asSuperuser((session) =>
      session
        .rows(
          `select set_config('app.pinned_organisation_id', organisation_id::text, true) from documents where id = $1`,
          [granted.document_id],
        )
        .then(() =>
          session.rows(
            `update document_upload_grants set expires_at = clock_timestamp() where document_id = $1`,
            [granted.document_id],
          ),
        ),
    );
    expect(await outcome(storage().uploadSigned(owner, BUCKET, granted.path, PDF))).toBe('403 42501');
    expect(await outcome(storage().upload(requestOf(personas.receptionist), BUCKET, granted.path, PDF))).toBe(
      '403 42501',
    );
    expect(await statusOf(granted.document_id)).toBe('pending');
  });

  test.each([
    [
      'membership',
      `update organisation_members set is_active = $1 where user_id = $2 and organisation_id = '${CLINIC_A}'`,
    ],
    [
      'session',
      `update auth.sessions set not_after = case when $1 then null else clock_timestamp() end where user_id = $2`,
    ],
  ])('ends with the %s of its holder, by signature too [S-08 N-16 S-13 -, S-08 +]', async (_, set) => {
    const granted = await grant(database(), personas.receptionist);
    const { owner } = await storage().signUpload(requestOf(personas.receptionist), BUCKET, granted.path);
    const is = (isLive: boolean) =>
      database().asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.rows(set, [isLive, personas.receptionist.userId]);
      });
    await is(false);
    expect(await outcome(storage().uploadSigned(owner, BUCKET, granted.path, PDF))).toBe('403 42501');
    expect(await statusOf(granted.document_id)).toBe('pending');
    await is(true);
    expect(await outcome(storage().uploadSigned(owner, BUCKET, granted.path, PDF)), 'control').toBe('done');
  });

  test('holds the file to the type and size that it says; one that says neither takes what the bucket takes [S-08 -]', async () => {
    const holder = requestOf(personas.receptionist);
    const typed = await grant(database(), personas.receptionist, { type: 'application/pdf', size: 18 });
    const image = { ...PDF, contentType: 'image/png' };
    const longer = { ...PDF, bytes: new Uint8Array(19) };
    expect(await outcome(storage().upload(holder, BUCKET, typed.path, image))).toBe('403 42501');
    expect(await outcome(storage().upload(holder, BUCKET, typed.path, longer))).toBe('403 42501');
    expect(await outcome(storage().upload(holder, BUCKET, typed.path, PDF))).toBe('done');
    const free = await grant(database(), personas.receptionist);
    expect(
      await outcome(storage().upload(holder, BUCKET, free.path, { ...PDF, bytes: new Uint8Array(0) })),
    ).toBe('403 42501');
    expect(
      await outcome(storage().upload(holder, BUCKET, free.path, { ...image, metadata: { patient: 'Ana' } })),
    ).toBe('403 42501');
    expect(await outcome(storage().upload(holder, BUCKET, free.path, image))).toBe('done');
  });
});
