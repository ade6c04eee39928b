import { expect, test } from 'vitest';
import { personas } from '../../testing/personas.ts';
import {
  aDocument,
  BUCKET,
  grant,
  outcome,
  PDF,
  requestOf,
  ticket,
  useStorage,
} from '../support/storage/documents.ts';

const ROUNDS = 60;
const { database, storage } = useStorage({ connections: 8 });

test(`of two uploads at once on one grant exactly one wins, in ${ROUNDS} rounds of two real connections [S-08 -]`, async () => {
  const holder = requestOf(personas.receptionist);
  for (let round = 0; round < ROUNDS; round++) {
    const granted = await grant(database(), personas.receptionist);
    const { owner } = await storage().signUpload(holder, BUCKET, granted.path);
    const first = { ...PDF, bytes: new TextEncoder().encode('the first') };
    const second = { ...PDF, bytes: new TextEncoder().encode('the second one') };
    const answers = await Promise.all([
      outcome(storage().uploadSigned(owner, BUCKET, granted.path, first)),
      outcome(
        round % 2
          ? storage().upload(holder, BUCKET, granted.path, second)
          : storage().uploadSigned(owner, BUCKET, granted.path, second),
      ),
    ]);
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    expect(answers.filter((answer) => /^(403 42501|409 23505)$/.test(answer))).toHaveLength(1);
    const [kept] = await database().asSuperuser((session) =>
      session.rows(
        `select d.size_bytes = (o.metadata ->> 'size')::bigint as same, d.status, count(*) over () as objects
         from documents as d join storage.objects as o on o.name = d.object_path where d.id = $1`,
        [granted.document_id],
      ),
    );
    expect(kept).toEqual({ same: true, status: 'uploaded', objects: '1' });
  }
}, 120_000);

test('of two servers that redeem one ticket exactly one signs [S-09 S-05 -]', async () => {
  const { document_id } = await aDocument(database(), storage(), personas.receptionist);
  for (let round = 0; round < ROUNDS; round++) {
    const { organisation_id, ticket_id } = await ticket(database(), personas.patient, document_id);
    const redeem = () =>
      database().as(
        personas.service,
        (session) => session.attempt('select redeem_read_ticket($1, $2)', [organisation_id, ticket_id]),
        { commit: true },
      );
    const answers = await Promise.all([redeem(), redeem()]);
    expect(answers.map((answer) => (answer.ok ? 'done' : answer.code)).sort()).toEqual(['CD010', 'done']);
  }
}, 120_000);

test('a ticket that is issued while its document is withdrawn signs nothing afterwards [S-09 N-50 -]', async () => {
  for (let round = 0; round < 20; round++) {
    const { document_id, path } = await aDocument(database(), storage(), personas.receptionist);
    const withdraw = database().as(
      personas.clinicAdmin,
      (session) =>
        session.rows(`select set_document_status($1, 'withdrawn', 'uploaded by mistake')`, [document_id]),
      { commit: true },
    );
    const issue = database().as(
      personas.doctor,
      (session) => session.attempt('select issue_read_ticket($1)', [document_id]),
      { commit: true },
    );
    await Promise.all([withdraw, issue]);
    expect(await outcome(storage().sign(requestOf(personas.doctor), BUCKET, path))).toBe('404 NoSuchKey');
  }
}, 120_000);
