import { idOf } from '../../../testing/ids.ts';
import { OWNER, server } from './people.ts';
import { type Kind, patientOf } from './walk.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** What persons ask of their data, what is kept from being destroyed, what is destroyed, and what is sealed. */
export const PRIVACY: readonly Kind[] = [
  {
    name: 'ask for what the law gives',
    weight: 3,
    refused: ['23503'],
    async ask(world) {
      const patient = await patientOf(world);
      return (
        patient && {
          who: world.chance(0.3)
            ? world.of(patient.part === '02' ? 'guardian' : 'patient')
            : world.of('receptionist', 'privacy_officer'),
          sql: `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, $4)`,
          values: [
            world.here,
            world.id(),
            // Whoever asks to be erased is mostly the third: nobody of the walk would be a patient any more.
            world.chance(0.7) ? idOf('patient', world.clinic, '03') : patient.id,
            world.any([
              'erasure',
              'erasure',
              'access',
              'portability',
              'correction',
              'objection',
              'restriction',
            ]),
          ],
        }
      );
    },
  },
  {
    name: 'answer a request',
    weight: 2,
    refused: ['CD013', 'CD014', '23514'],
    async ask(world) {
      const request = await world.one(`
        select id, status from public.subject_requests
        where organisation_id = $1 and (status = 'received' or status = 'in_progress' and kind <> 'erasure' or random() < 0.05) order by created_at, id`);
      if (!request) return undefined;
      const next =
        request.status === 'received'
          ? world.any(['in_progress', 'in_progress', 'in_progress', 'completed'])
          : world.any(['completed', 'refused']);
      return {
        who: world.of('privacy_officer', 'privacy_officer', 'privacy_officer', 'clinic_admin'),
        sql: 'update public.subject_requests set status = $2, refusal_basis = $3, answered_otherwise = $5 where organisation_id = $4 and id = $1',
        values: [
          request.id,
          next,
          next === 'refused' ? 'Kept by law.' : null,
          world.here,
          next === 'completed' && world.chance(0.3) ? 'On paper, at the desk.' : null,
        ],
      };
    },
  },
  {
    name: 'export a person',
    weight: 2,
    refused: ['CD008', 'CD010', 'CD013', 'CD041'],
    async ask(world) {
      const request = await world.one(`
        select patient_id from public.subject_requests
        where organisation_id = $1 and (kind in ('access', 'portability') and status = 'in_progress' or random() < 0.1) order by created_at, id`);
      return (
        request && {
          who: world.of('privacy_officer', 'privacy_officer', 'clinic_admin'),
          sql: 'select public.export_subject($1)',
          values: [request.patient_id],
        }
      );
    },
  },
  {
    name: 'record what left on paper',
    refused: ['CD010'],
    async ask(world) {
      const patient = await patientOf(world);
      return (
        patient && {
          who: world.of('privacy_officer', 'privacy_officer', 'clinic_admin'),
          sql: `select public.record_disclosure_made($1, 'authority', 'The health authority', 'legal_obligation', '{medical_records}', 'A disease to be notified.')`,
          values: [patient.id],
        }
      );
    },
  },
  {
    name: 'erase a person',
    weight: 3,
    refused: ['CD008', 'CD010', 'CD013', 'CD018', 'CD020'],
    async ask(world) {
      const request = await world.one(`
        select id from public.subject_requests
        where organisation_id = $1 and (kind = 'erasure' and status = 'in_progress' or random() < 0.03) order by created_at, id`);
      return (
        request && {
          who: world.of('privacy_officer', 'privacy_officer', 'privacy_officer', 'clinic_admin'),
          sql: `select public.${world.chance(0.7) ? 'erase_subject' : 'plan_erasure'}($1)`,
          values: [request.id],
        }
      );
    },
  },
  {
    name: 'have everything kept, or no longer',
    weight: 2,
    refused: ['CD018'],
    async ask(world) {
      const patient = await patientOf(world);
      const hold = await world.one(
        'select id from public.legal_holds where organisation_id = $1 and (released_at is null or random() < 0.1) order by created_at, id',
      );
      const who = world.of('privacy_officer', 'privacy_officer', 'privacy_officer', 'clinic_admin');
      if (hold && world.chance(0.7)) {
        return {
          who,
          sql: 'update public.legal_holds set released_at = now() where organisation_id = $2 and id = $1',
          values: [hold.id, world.here],
        };
      }
      return {
        who,
        sql: 'insert into public.legal_holds (organisation_id, id, patient_id, reason) values ($1, $2, $3, $4)',
        values: [
          world.here,
          world.id(),
          world.chance(0.3) ? null : patient?.id,
          'A dispute that somebody began.',
        ],
      };
    },
  },
  {
    name: 'promise to keep something for longer',
    refused: ['23505'],
    async ask(world) {
      return {
        who: world.of('privacy_officer'),
        sql: 'insert into public.retention_extensions (organisation_id, id, retention, keep_months, reason) values ($1, $2, $3, $4, $5)',
        values: [
          world.here,
          world.id(),
          world.any(['chart', 'consent', 'financial', 'general']),
          world.any([18, 180, 420]),
          'The insurer asks for it.',
        ],
      };
    },
  },
  {
    name: 'delete what is due',
    refused: ['CD018', 'CD020'],
    async ask(world) {
      return {
        who: {
          ...OWNER,
          // Charts and logs are kept for years: of those it is asked when the walk is over.
          settings: { 'test.now': inDays(world.any([1, 40, 400])) },
        },
        sql: `select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`,
      };
    },
  },
  {
    name: 'read a chart for a reason',
    weight: 3,
    refused: ['CD006', 'CD010', 'CD041', 'CD044'],
    async ask(world) {
      const record = await world.one(
        'select id from public.medical_records where organisation_id = $1 order by created_at, id',
      );
      return (
        record && {
          who: world.of('doctor', 'doctor', 'nurse', 'break_glass', 'receptionist'),
          sql: 'select public.read_medical_record($1, $2, $3)',
          values: [
            record.id,
            world.any(['treatment', 'treatment', 'marketing']),
            'To go on with the treatment.',
          ],
        }
      );
    },
  },
  {
    name: 'seal what was recorded',
    refused: ['CD018'],
    async ask(world) {
      return { who: server(world.here), sql: 'select public.seal_records()' };
    },
  },
];
