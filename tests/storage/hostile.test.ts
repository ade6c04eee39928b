import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
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
import { hostileNames } from '../support/storage/hostile-names.ts';
import type { Requester } from '../support/storage/storage-api.ts';

const { database, storage } = useStorage();
const holder = requestOf(personas.receptionist);
const reader = requestOf(personas.doctor);
const server = {
  ...requestOf(personas.service),
  claims: { ...personas.receptionist.claims, role: 'service_role' },
};

let granted: Granted;
let document: Granted;
let ofB: Granted;
beforeAll(async () => {
  granted = await grant(database(), personas.receptionist);
  document = await aDocument(database(), storage(), personas.receptionist);
  ofB = await aDocument(database(), storage(), personas.receptionistOfB);
  await ticket(database(), personas.doctor, document.document_id);
});

/** Refused by the database; NUL and halves of characters by its protocol, before anybody is asked. */
const REFUSED = /^(403 42501|500 22021)$/;

const shaped = (names: readonly string[]) =>
  database().asSuperuser((session) =>
    session.rows<{ name: string }>(
      'select name from unnest($1::text[]) as n (name) where authz.is_object_path(name)',
      [names.filter((name) => !name.includes('\0'))],
    ),
  );

describe('names that resemble a granted path', () => {
  test('there are more than two hundred of them, and few have the shape of a path: those of four other ids [S-07 -]', async () => {
    const names = hostileNames(granted.path, ofB.path);
    expect(names.length).toBeGreaterThan(200);
    const paths = await shaped(names);
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter(({ name }) => !/^[0-9a-f-]{36}(\/[0-9a-f-]{36}){3}$/.test(name))).toEqual([]);
    expect(await shaped([granted.path])).toHaveLength(1);
  });

  test('none is uploaded to, by who holds the grant or by the server in their name; the path itself is [S-07 S-08 S-11 -]', async () => {
    const before = await objects(database());
    const through: string[] = [];
    for (const name of hostileNames(granted.path, ofB.path)) {
      for (const caller of [holder, server]) {
        const answer = await outcome(storage().upload(caller, BUCKET, name, PDF));
        if (!REFUSED.test(answer)) through.push(`${caller.role} ${JSON.stringify(name)}: ${answer}`);
      }
    }
    expect(through).toEqual([]);
    expect(await objects(database())).toEqual(before);
    expect(await outcome(storage().upload(holder, BUCKET, granted.path, PDF))).toBe('done');
  });

  test('none is signed on the ticket of a document, nor moved or copied to; the document is [S-07 S-09 S-11 -]', async () => {
    const names = hostileNames(document.path, ofB.path).filter((name) => !name.includes('\0'));
    expect(await storage().signMany(reader, BUCKET, [...names, ofB.path, document.path])).toEqual([
      document.path,
    ]);
    for (const name of names)
      expect(await outcome(storage().sign(reader, BUCKET, name))).toBe('404 NoSuchKey');
    for (const name of names.slice(0, 60)) {
      expect(await outcome(storage().move(server, [BUCKET, document.path], [BUCKET, name]))).toMatch(REFUSED);
      expect(await outcome(storage().copy(server, [BUCKET, document.path], [BUCKET, name]))).toMatch(REFUSED);
    }
    expect(await outcome(storage().sign(reader, BUCKET, document.path))).toBe('done');
  });

  test('no spelling of the bucket is another way in [S-06 S-07 -]', async () => {
    for (const bucket of [
      'Patient-Documents',
      'patient-documents ',
      ' patient-documents',
      'patient-documents/',
      'patient_documents',
      '',
      '*',
    ]) {
      const { path } = await grant(database(), personas.receptionist);
      expect([bucket, await outcome(storage().upload(holder, bucket, path, PDF))]).toEqual([
        bucket,
        '403 42501',
      ]);
      expect(await outcome(storage().sign(reader, bucket, document.path))).toBe('404 NoSuchKey');
    }
  });

  test('whatever is changed in a path, it is no longer one that was granted or ticketed [S-07 S-08 S-09 -]', async () => {
    const fresh = await grant(database(), personas.receptionist);
    const edit = fc.record({
      at: fc.nat(147),
      cut: fc.nat(3),
      text: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 3 }),
        fc.constantFrom('/', '-', '.', 'a', 'A', '0', '%2f', '..', '\n'),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const changed = edits.reduce(
          (path, { at, cut, text }) => path.slice(0, at) + text + path.slice(at + cut),
          fresh.path,
        );
        fc.pre(changed !== fresh.path && !changed.includes('\0'));
        expect(await outcome(storage().upload(holder, BUCKET, changed, PDF))).toMatch(REFUSED);
        expect(
          await outcome(storage().sign(reader, BUCKET, document.path.slice(0, 100) + changed.slice(100))),
        ).toBe('404 NoSuchKey');
      }),
      { numRuns: 150 },
    );
    expect(await outcome(storage().upload(holder, BUCKET, fresh.path, PDF))).toBe('done');
  });
});

describe('a request that is dressed up', () => {
  /** Who holds neither the ticket nor the grant, in other clothes. */
  const stranger = personas.nurse.claims;
  const CLAIMS: readonly Readonly<Record<string, unknown>>[] = [
    {},
    { role: 'authenticated' },
    { ...stranger },
    { ...stranger, sub: '' },
    { ...stranger, sub: null },
    { ...stranger, sub: NOBODY },
    { ...stranger, sub: personas.doctor.claims.sub },
    { ...stranger, session_id: personas.doctor.claims.session_id },
    { ...personas.doctor.claims, session_id: undefined },
    { ...personas.doctor.claims, session_id: NOBODY },
    { ...personas.doctor.claims, session_id: '' },
    { ...personas.doctor.claims, is_anonymous: true },
    { ...personas.doctor.claims, amr: [{ method: 'recovery' }] },
    { ...personas.doctor.claims, amr: ['recovery'] },
    { ...personas.doctor.claims, sub: String(personas.doctor.claims.sub).replace('1', '2') },
    { ...personas.doctorOfB.claims },
    { ...personas.doctorOfB.claims, app_metadata: { organisation_id: CLINIC_A } },
    { ...personas.doctorOfB.claims, user_metadata: { organisation_id: CLINIC_A } },
    { ...stranger, user_metadata: { sub: personas.doctor.claims.sub } },
    { ...stranger, app_metadata: { role: 'service_role' } },
    { ...stranger, app_metadata: { ticket_id: idOf('ticket', 'a') } },
    { ...stranger, role: 'authenticated', roles: ['service_role'] },
    { ...personas.signedOut.claims },
    { ...personas.stranger.claims },
    { ...personas.revoked.claims },
    { ...personas.expired.claims },
    { ...personas.clinicAdmin.claims },
    { ...personas.receptionist.claims },
    { ...personas.privacyOfficer.claims },
    { ...personas.breakGlass.claims },
    { ...personas.patient.claims, role: 'authenticated' },
    { ...personas.opsAgent.claims, role: 'authenticated' },
    { ...personas.opsAdmin.claims, role: 'authenticated' },
  ];
  const HEADERS: readonly Readonly<Record<string, string>>[] = [
    {},
    { 'x-organisation-id': CLINIC_A },
    { 'x-organisation-id': CLINIC_B },
    { 'x-organisation-id': NOBODY },
    { 'x-purpose': 'treatment' },
    { 'x-justification': 'emergency' },
    { 'x-upsert': 'true' },
    { 'x-role': 'service_role' },
    { authorization: 'Bearer service' },
    { apikey: 'service' },
    { 'x-forwarded-for': '192.0.2.10' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-client-info': 'supabase-js' },
    { 'x-metadata': 'e30=' },
    { 'x-storage-operation': 'object.sign' },
    { 'storage.operation': 'object.sign' },
    { 'x-ticket-id': idOf('ticket', 'a') },
    { 'x-original-url': '/object/sign' },
    { 'x-http-method-override': 'GET' },
    { host: 'localhost' },
    { 'x-organisation-id': '' },
  ];

  test('signs nothing on another’s ticket, and uploads nothing on another’s grant, whatever claims and headers it carries [S-08 S-09 S-11 N-11 -]', async () => {
    const { path } = await grant(database(), personas.receptionist);
    const through: string[] = [];
    let tried = 0;
    for (const claims of CLAIMS) {
      for (const headers of HEADERS) {
        const caller: Requester = { role: 'authenticated', claims, headers };
        tried++;
        const signed = await outcome(storage().sign(caller, BUCKET, document.path));
        if (signed === 'done') through.push(`signed: ${JSON.stringify([claims, headers])}`);
        if (claims.sub === personas.receptionist.claims.sub) continue; // the holder, for the upload
        const uploaded = await outcome(storage().upload(caller, BUCKET, path, PDF));
        if (uploaded === 'done') through.push(`uploaded: ${JSON.stringify([claims, headers])}`);
      }
    }
    expect(through).toEqual([]);
    expect(tried).toBeGreaterThan(200);
    expect(await outcome(storage().sign(reader, BUCKET, document.path))).toBe('done');
    expect(await outcome(storage().upload(holder, BUCKET, path, PDF))).toBe('done');
  });

  test('malformed claims and headers are refused, and open nothing [N-11 S-11 -]', async () => {
    for (const malformed of ['{', '[]', '"x"', '{"sub": "x"}', '{"sub": "\\u0000"}', '[[[', 'null']) {
      const count = database().asSuperuser(
        async (session) => {
          for (const [name, value] of [
            ['role', 'authenticated'],
            ['request.jwt.claims', malformed],
            ['storage.operation', 'storage.object.sign'],
          ]) {
            await session.rows('select set_config($1, $2, true)', [name, value]);
          }
          return session.attempt('select name from storage.objects');
        },
        { rollback: true },
      );
      const answer = await count;
      expect(answer.ok ? answer.count : answer.code).toSatisfy(
        (each: unknown) => each === 0 || each === 'CD001',
      );
    }
  });
});
