import { EVERYBODY } from '../../../testing/personas.ts';
import { operations, server } from './people.ts';
import { type Kind, patientOf, type World } from './walk.ts';

const documentOf = (world: World, condition: string) =>
  world.one(`
    select d.id, d.patient_id, d.object_path, d.uploaded_by_user_id, d.sha256, d.status, g.content_type, g.size_bytes from public.documents as d
    left join public.document_upload_grants as g on g.organisation_id = d.organisation_id and g.document_id = d.id
    where d.organisation_id = $1 and (${condition} or random() < 0.05) order by d.created_at, d.id`);
const byUser = (userId: unknown) =>
  EVERYBODY.find((one) => one.userId === userId && one.role === 'authenticated');
const DIGESTS = ['a', 'b'].map((sign) => sign.repeat(64));

/** Files: asked for, brought, known by a digest, read, closed and taken away. */
export const DOCUMENTS: readonly Kind[] = [
  {
    name: 'ask to bring a file',
    weight: 4,
    refused: ['CD010'],
    async ask(world) {
      const patient = await patientOf(world);
      const says = world.chance(0.5);
      return (
        patient && {
          who: world.of('clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist', 'finance'),
          sql: 'select public.issue_upload_grant($1, $2, $3, $4, $5)',
          values: [
            patient.id,
            world.any(['report', 'image', 'invoice', 'insurance']),
            'a file.pdf',
            says ? 'application/pdf' : null,
            says ? 1024 : null,
          ],
        }
      );
    },
  },
  {
    name: 'bring a file',
    weight: 4,
    refused: ['23505'], // Storage's own: one object at a path
    async ask(world) {
      const document = await documentOf(world, `d.status = 'pending'`);
      if (!document) return undefined;
      const by = world.chance(0.95)
        ? document.uploaded_by_user_id
        : world.of('receptionist', 'doctor').userId;
      return {
        who: server(world.here),
        sql: `insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata)
          values ('patient-documents', $1, $2::uuid, $2, $3::text, $4)`,
        values: [
          document.object_path,
          by,
          world.id(),
          JSON.stringify({
            mimetype: document.content_type ?? 'application/pdf',
            size: Number(document.size_bytes ?? (world.chance(0.9) ? 1024 : 0)),
          }),
        ],
      };
    },
  },
  {
    name: 'say by which digest a file is known',
    weight: 3,
    refused: ['CD010', 'CD013'],
    async ask(world) {
      const document = await documentOf(world, `d.status = 'uploaded'`);
      const who = byUser(document?.uploaded_by_user_id);
      return (
        document &&
        who && {
          who,
          sql: 'select public.finalise_document($1, $2)',
          values: [document.id, world.any(DIGESTS)],
        }
      );
    },
  },
  {
    name: 'verify a file',
    refused: ['CD010'],
    async ask(world) {
      const document = await documentOf(world, `d.status in ('active', 'frozen')`);
      return (
        document && {
          who: server(world.here),
          sql: 'select public.verify_document($1, $2, $3)',
          values: [
            world.here,
            document.id,
            world.chance(0.8) && document.sha256 ? document.sha256 : DIGESTS[0],
          ],
        }
      );
    },
  },
  {
    name: 'freeze, release or withdraw a file',
    refused: ['CD010', 'CD013', 'CD007'],
    async ask(world) {
      const document = await documentOf(world, `d.status in ('active', 'frozen')`);
      return (
        document && {
          who: world.of('clinic_admin', 'privacy_officer'),
          sql: 'select public.set_document_status($1, $2, $3)',
          values: [
            document.id,
            document.status === 'frozen' ? 'active' : world.any(['frozen', 'frozen', 'withdrawn']),
            'Looked into by the officer.',
          ],
        }
      );
    },
  },
  {
    name: 'ask to read a file',
    weight: 4,
    refused: ['CD010', 'CD041'],
    async ask(world) {
      const document = await documentOf(world, `d.status = 'active'`);
      return (
        document && {
          who: world.chance(0.15)
            ? { ...operations, settings: { 'app.current_clinic_id': world.here } }
            : world.of('doctor', 'doctor', 'nurse', 'finance', 'patient', 'guardian', 'break_glass'),
          sql: 'select public.issue_read_ticket($1)',
          values: [document.id],
        }
      );
    },
  },
  {
    name: 'read a file',
    weight: 3,
    refused: ['CD010'],
    async ask(world) {
      const ticket = await world.one(`
        select id from public.document_read_tickets
        where organisation_id = $1 and (redeemed_at is null and revoked_at is null or random() < 0.05) order by expires_at, id`);
      return (
        ticket && {
          who: server(world.here),
          sql: 'select public.redeem_read_ticket($1, $2)',
          values: [world.here, ticket.id],
        }
      );
    },
  },
  {
    name: 'take files away that nobody has any more',
    refused: [],
    async ask(world) {
      return {
        who: server(world.here),
        sql: `delete from storage.objects where bucket_id = 'patient-documents' and name = any (public.orphaned_objects($1))`,
        values: [world.here],
      };
    },
  },
];
