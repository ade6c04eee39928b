import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import {
  aDocument,
  BUCKET,
  grant,
  outcome,
  requestOf,
  type Ticket,
  ticket,
  useStorage,
} from '../support/storage/documents.ts';

const { database, storage } = useStorage();

const ANA = idOf('patient', 'a', '01');
const sign = (persona: Persona, path: string) => outcome(storage().sign(requestOf(persona), BUCKET, path));
const redeem = ({ organisation_id, ticket_id }: Ticket, persona: Persona = personas.service) =>
  database().as(
    persona,
    (session) =>
      session.attempt('select redeem_read_ticket($1, $2) as redeemed', [organisation_id, ticket_id]),
    { commit: true },
  );
const asked = (persona: Persona, documentId: string) =>
  database().as(persona, (session) => session.attempt('select issue_read_ticket($1)', [documentId]));
/** Operations, who say at which clinic: an id may stand at two. */
const AGENT: Persona = { ...personas.opsAgent, settings: { 'app.current_clinic_id': CLINIC_A } };
/** As the owner, who does what functions and time do. */
const owned = (sql: string, values: readonly unknown[]) =>
  database().asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    return session.rows(sql, values);
  });
const revoked = async (ticketId: string) =>
  (
    await owned('select revoked_at is not null as gone from document_read_tickets where id = $1', [ticketId])
  )[0]?.gone;

describe('a read ticket', () => {
  test('lets staff whom the rules show the document sign it, alone or among others, and is the record of it [S-09 S-11 +]', async () => {
    const { document_id, path } = await aDocument(database(), storage(), personas.receptionist);
    const issued = await ticket(database(), personas.doctor, document_id);
    expect(issued.path).toBe(path);
    expect(await sign(personas.doctor, path)).toBe('done');
    expect(await storage().signMany(requestOf(personas.doctor), BUCKET, [path, 'other'])).toEqual([path]);
    const officer = await database().as(personas.privacyOfficer, (session) =>
      session.rows('select user_id, document_id from document_read_tickets where id = $1', [
        issued.ticket_id,
      ]),
    );
    expect(officer).toEqual([{ user_id: personas.doctor.userId, document_id }]);
  });

  test('opens signing and nothing else: no download, list, info, copy, rendition or S3 [S-09 S-11 -]', async () => {
    const { document_id, path } = await aDocument(database(), storage(), personas.receptionist);
    await ticket(database(), personas.doctor, document_id);
    const caller = requestOf(personas.doctor);
    expect(await sign(personas.doctor, path)).toBe('done');
    for (const operation of [
      'object.get_authenticated',
      'object.info_authenticated',
      'render.image_authenticated',
      'render.image_sign',
      's3.object.get',
      's3.object.info',
      'object.signature',
      'object.sign_manyfold',
      '',
    ]) {
      expect([operation, await outcome(storage().read(caller, BUCKET, path, operation))]).toEqual([
        operation,
        '404 NoSuchKey',
      ]);
    }
    for (const operation of ['object.list', 'object.list_v2', 's3.object.list']) {
      expect(await storage().list(caller, BUCKET, '', operation)).toEqual([]);
    }
    expect(await outcome(storage().copy(caller, [BUCKET, path], [BUCKET, `${path}1`]))).toBe('404 NoSuchKey');
  });

  test('lives for sixty seconds [S-09 -]', async () => {
    const { document_id, path } = await aDocument(database(), storage(), personas.receptionist);
    const { ticket_id } = await ticket(database(), personas.doctor, document_id);
    const [{ seconds }] = (await owned(
      'select extract(epoch from expires_at - created_at) as seconds from document_read_tickets where id = $1',
      [ticket_id],
    )) as [{ seconds: string }];
    expect(Number(seconds)).toBeGreaterThan(59.5);
    expect(Number(seconds)).toBeLessThanOrEqual(60);
    expect(await sign(personas.doctor, path)).toBe('done');
    await owned(
      `update document_read_tickets set expires_at = expires_at - interval '60 seconds' where id = $1`,
      [ticket_id],
    );
    expect(await sign(personas.doctor, path)).toBe('404 NoSuchKey');
  });

  test('is its holder’s, in the session that asked [S-09 S-11 -]', async () => {
    const { document_id, path } = await aDocument(database(), storage(), personas.receptionist);
    await ticket(database(), personas.doctor, document_id);
    for (const persona of [
      personas.nurse,
      personas.doctorOfB,
      personas.signedOut,
      personas.sessionless,
      personas.recovering,
    ]) {
      expect([persona.name, await sign(persona, path)]).toEqual([persona.name, '404 NoSuchKey']);
    }
    expect(await sign(personas.doctor, path)).toBe('done');
  });

  test('is issued to whom the rules show the document: nobody else finds it [S-09 S-11 N-14 -]', async () => {
    const { document_id } = await aDocument(database(), storage(), personas.receptionist);
    for (const persona of [
      personas.receptionist,
      personas.assistant,
      personas.clinicAdmin,
      personas.finance,
      personas.doctorOfB,
      personas.patientOfB,
      personas.guardian,
      personas.opsAgent,
    ]) {
      expect([persona.name, await asked(persona, document_id)]).toMatchObject([
        persona.name,
        { ok: false, code: 'CD010' },
      ]);
    }
    for (const persona of [personas.signedOut, personas.sessionless, personas.stranger]) {
      expect([persona.name, await asked(persona, document_id)]).toMatchObject([
        persona.name,
        { ok: false, code: '42501' },
      ]);
    }
    expect(await asked(personas.nurse, document_id)).toMatchObject({ ok: true });
    const random = await asked(personas.doctorOfB, idOf('document', 'a', '99'));
    expect(random).toEqual(await asked(personas.doctorOfB, document_id));
  });

  test('is a restricted read: beyond those of a minute there is none, for staff, patients and operations [N-52 S-09 -]', async () => {
    await owned('delete from authz.restricted_reads', []);
    await owned('update authz.deployment_settings set restricted_reads_per_minute = 2', []);
    try {
      for (const [persona, documentId] of [
        [personas.doctor, idOf('document', 'a', '01')],
        [personas.patient, idOf('document', 'a', '01')],
        [AGENT, idOf('document', 'a', '03')],
      ] as const) {
        const outcomes = await database().as(persona, async (session) => {
          const of: unknown[] = [];
          for (let read = 0; read < 3; read++) {
            const { ok, ...rest } = await session.attempt('select issue_read_ticket($1)', [documentId]);
            of.push(ok ? 'ticket' : (rest as { readonly code: string }).code);
          }
          return of;
        });
        expect(outcomes, persona.name).toEqual(['ticket', 'ticket', 'CD041']);
      }
    } finally {
      await owned('update authz.deployment_settings set restricted_reads_per_minute = 60', []);
    }
  });

  test('to a document of a financial kind is finance’s too [S-11 N-14 +]', async () => {
    const { document_id, path } = await aDocument(database(), storage(), personas.receptionist, {
      kind: 'insurance',
    });
    await ticket(database(), personas.finance, document_id);
    expect(await sign(personas.finance, path)).toBe('done');
  });

  test('of a patient, or of operations, is redeemed by the server, once [S-09 S-05 S-11 +]', async () => {
    for (const [persona, documentId] of [
      [personas.patient, idOf('document', 'a', '01')],
      [AGENT, idOf('document', 'a', '03')],
    ] as const) {
      const issued = await ticket(database(), persona, documentId);
      const first = await redeem(issued);
      expect(first).toMatchObject({ ok: true, rows: [{ redeemed: { bucket: BUCKET, path: issued.path } }] });
      const redeemed = (first.ok && first.rows[0]?.redeemed) as { readonly expires_in: number };
      expect(redeemed.expires_in).toBeGreaterThan(50);
      expect(redeemed.expires_in).toBeLessThanOrEqual(60);
      expect(await redeem(issued)).toMatchObject({ ok: false, code: 'CD010' });
      expect(await sign(persona, issued.path)).toBe('403 42501');
    }
  });

  test('is redeemed by nobody but the server, and in its own organisation alone [S-05 S-09 -]', async () => {
    const issued = await ticket(database(), personas.patient, idOf('document', 'a', '01'));
    for (const persona of [personas.doctor, personas.patient, personas.opsAgent, personas.anon]) {
      expect(await redeem(issued, persona)).toMatchObject({ ok: false, code: '42501' });
    }
    expect(await redeem({ ...issued, organisation_id: idOf('organisation', 'b') })).toMatchObject({
      code: 'CD010',
    });
    expect(await redeem(issued)).toMatchObject({ ok: true });
  });
});

describe('what closes a document takes its tickets in the same transaction', () => {
  const closings: readonly (readonly [string, (documentId: string) => Promise<unknown>])[] = [
    [
      'withdrawal',
      (id) =>
        database().as(
          personas.clinicAdmin,
          (session) =>
            session.rows(`select set_document_status($1, 'withdrawn', 'uploaded by mistake')`, [id]),
          { commit: true },
        ),
    ],
    [
      'freezing',
      (id) =>
        database().as(
          personas.privacyOfficer,
          (session) => session.rows(`select set_document_status($1, 'frozen', 'under investigation')`, [id]),
          { commit: true },
        ),
    ],
    [
      'archiving',
      (id) =>
        owned('update documents set archived_at = now() where organisation_id = $1 and id = $2', [
          CLINIC_A,
          id,
        ]),
    ],
    [
      'a server that found another digest',
      (id) =>
        database().as(
          personas.service,
          (session) => session.rows('select verify_document($1, $2, $3)', [CLINIC_A, id, '0'.repeat(64)]),
          { commit: true },
        ),
    ],
    [
      'the end of the patient’s treatment here',
      () =>
        owned(`update patients set status = 'inactive' where organisation_id = $1 and id = $2`, [
          CLINIC_A,
          ANA,
        ]),
    ],
    [
      'withdrawal of the consent to treatment',
      () =>
        owned(
          `update consents set status = 'withdrawn' where organisation_id = $1 and patient_id = $2 and purpose = 'treatment' and status = 'active'`,
          [CLINIC_A, ANA],
        ),
    ],
  ];
  for (const [what, close] of closings) {
    test(`${what} [S-09 N-50 -]`, async () => {
      const { document_id, path } = await aDocument(database(), storage(), personas.receptionist);
      const issued = await ticket(database(), personas.doctor, document_id);
      expect(await sign(personas.doctor, path)).toBe('done');
      await close(document_id);
      expect(await sign(personas.doctor, path)).toBe('404 NoSuchKey');
      expect(await redeem(issued)).toMatchObject({ ok: false, code: 'CD010' });
      expect(await revoked(issued.ticket_id)).toBe(true);
      expect(await asked(personas.doctor, document_id)).toMatchObject({ ok: false, code: 'CD010' });
      // As it was, for the next.
      await owned(`update patients set status = 'active' where organisation_id = $1 and id = $2`, [
        CLINIC_A,
        ANA,
      ]);
      await owned(
        `insert into consents (organisation_id, patient_id, purpose, status) select $1, $2, 'treatment', 'active'
        where not exists (select from consents where organisation_id = $1 and patient_id = $2 and purpose = 'treatment' and status = 'active')`,
        [CLINIC_A, ANA],
      );
    });
  }

  test('a frozen document opens again when it is released, and its patient’s ticket outlives a consent that is not theirs to need [S-09 N-15 +]', async () => {
    const { document_id, path } = await aDocument(database(), storage(), personas.receptionist);
    for (const status of ['frozen', 'active']) {
      await database().as(
        personas.clinicAdmin,
        (session) =>
          session.rows(`select set_document_status($1, $2, 'looked into, and found in order')`, [
            document_id,
            status,
          ]),
        { commit: true },
      );
    }
    const own = await ticket(database(), personas.patient, document_id);
    const staff = await ticket(database(), personas.doctor, document_id);
    expect(await sign(personas.doctor, path)).toBe('done');
    await owned(
      `update consents set status = 'withdrawn' where organisation_id = $1 and patient_id = $2 and purpose = 'treatment' and status = 'active'`,
      [CLINIC_A, ANA],
    );
    expect(await revoked(staff.ticket_id)).toBe(true);
    expect(await revoked(own.ticket_id)).toBe(false);
    expect(await redeem(own)).toMatchObject({ ok: true });
    await owned(
      `insert into consents (organisation_id, patient_id, purpose, status) values ($1, $2, 'treatment', 'active')`,
      [CLINIC_A, ANA],
    );
  });

  test('what is not uploaded, or not known by its digest, opens to nobody [S-09 -]', async () => {
    const granted = await grant(database(), personas.receptionist);
    expect(await asked(personas.doctor, granted.document_id)).toMatchObject({ ok: false, code: 'CD010' });
    expect(await asked(personas.patient, granted.document_id)).toMatchObject({ ok: false, code: 'CD010' });
  });
});
