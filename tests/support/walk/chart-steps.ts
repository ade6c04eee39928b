import { idOf } from '../../../testing/ids.ts';
import { SHOWN } from '../forms.ts';
import { operationsAdmin } from './people.ts';
import { type Kind, patientOf, type World } from './walk.ts';

const PURPOSES = [
  'treatment',
  'treatment',
  'ops_handoff',
  'ops_handoff',
  'transfer_disclosure',
  'insurer_disclosure',
  'marketing',
];
/** Who acts for a patient on the portal: the third has nobody, and another is refused. */
const portalOf = (world: World, patient: unknown) =>
  world.of(String(patient).endsWith('02') !== world.chance(0.05) ? 'guardian' : 'patient');

/** What patients agree to, sign and refuse, and the charts that it opens. */
export const CHARTS: readonly Kind[] = [
  {
    name: 'propose a consent',
    weight: 5,
    refused: ['CD005', 'CD017'],
    async ask(world) {
      const patient = await patientOf(world);
      if (!patient) return undefined;
      const form = await world.one(
        `select f.id, t.purposes[1] as purpose from public.signed_forms as f
         join public.form_templates as t on t.id = f.template_id
         where f.organisation_id = $1 and f.patient_id = $2 and f.status = 'draft' and t.kind = 'consent' order by f.created_at, f.id`,
        [world.here, patient.id],
      );
      const carries = form !== undefined && world.chance(0.5);
      return {
        who: world.of('receptionist', 'doctor', 'nurse'),
        sql: `insert into public.consents (organisation_id, id, patient_id, purpose, signed_form_id, break_glass_allowed)
          values ($1, $2, $3, $4, $5, $6)`,
        values: [
          world.here,
          world.id(),
          patient.id,
          carries ? form.purpose : world.any(PURPOSES),
          carries ? form.id : null,
          world.chance(0.8),
        ],
      };
    },
  },
  {
    name: 'answer on the portal',
    weight: 7,
    refused: ['CD005', '23505', 'CD007'],
    async ask(world) {
      const consent = await world.one(`
        select id, patient_id, status from public.consents
        where organisation_id = $1 and (status in ('proposed', 'active') and right(patient_id::text, 2) in ('01', '02') or random() < 0.05)
        order by created_at, id`);
      if (!consent) return undefined;
      const next =
        consent.status === 'proposed'
          ? ['active', 'active', 'active', 'rejected']
          : ['withdrawn', 'entered_in_error'];
      return {
        who: portalOf(world, consent.patient_id),
        sql: 'update public.consents set status = $2 where organisation_id = $3 and id = $1',
        values: [consent.id, world.any(next), world.here],
      };
    },
  },
  {
    name: 'withdraw several at once',
    refused: ['CD005'],
    async ask(world) {
      return {
        who: world.of('patient', 'guardian'),
        sql: `update public.consents set status = 'withdrawn' where status = 'active' and legal_basis = 'consent' and purpose <> $1`,
        values: [world.any(PURPOSES)],
      };
    },
  },
  {
    name: 'withdraw a consent',
    weight: 3,
    refused: ['CD005', 'CD010', 'CD013', 'CD017'],
    async ask(world) {
      const consent = await world.one(`
        select id, patient_id from public.consents where organisation_id = $1 and (status = 'active' or random() < 0.05) order by created_at, id`);
      if (!consent) return undefined;
      const themselves = world.chance(0.5);
      return {
        who: themselves
          ? portalOf(world, consent.patient_id)
          : world.of('clinic_admin', 'receptionist', 'privacy_officer'),
        sql: 'select public.withdraw_consent($1, $2)',
        values: [consent.id, themselves ? null : 'They asked for it at the desk.'],
      };
    },
  },
  {
    name: 'rely on another legal basis',
    refused: ['CD010', 'CD013', 'CD020'],
    async ask(world) {
      const patient = await patientOf(world);
      return (
        patient && {
          who: world.of('privacy_officer'),
          sql: 'select public.rely_on_legal_basis($1, $2, $3, $4)',
          values: [
            patient.id,
            world.any(PURPOSES),
            world.any(['health_protection', 'vital_interest']),
            'Brought in unconscious, and nobody could be asked.',
          ],
        }
      );
    },
  },
  {
    name: 'publish a text',
    refused: ['CD007'],
    async ask(world) {
      return {
        who: operationsAdmin,
        sql: `insert into public.consent_purpose_versions (purpose, description, is_material, takes_effect_at)
          values ($1, 'Another text.', $2, now() - interval '1 day')`,
        values: [world.any(PURPOSES), world.chance(0.3)],
      };
    },
  },
  {
    name: 'draw up a form',
    weight: 3,
    refused: ['CD017'],
    async ask(world) {
      const patient = await patientOf(world);
      if (!patient) return undefined;
      const found = await world.one(
        'select id from public.cases where organisation_id = $1 and patient_id = $2 order by created_at, id',
        [world.here, patient.id],
      );
      return {
        who: world.of('receptionist', 'nurse', 'assistant'),
        sql: 'insert into public.signed_forms (organisation_id, id, patient_id, template_id, case_id) values ($1, $2, $3, $4, $5)',
        values: [
          world.here,
          world.id(),
          patient.id,
          idOf('template', 'f', world.any(['01', '02', '03', '04'])),
          found && world.chance(0.6) ? found.id : null,
        ],
      };
    },
  },
  {
    name: 'sign a form',
    weight: 5,
    refused: ['CD010', 'CD013', 'CD017', 'CD005'],
    async ask(world) {
      const form = await world.one(`
        select f.id, f.patient_id, t.kind from public.signed_forms as f join public.form_templates as t on t.id = f.template_id
        where f.organisation_id = $1 and (f.status = 'draft' or random() < 0.05) order by f.created_at, f.id`);
      return (
        form && {
          who: world.chance(0.4)
            ? portalOf(world, form.patient_id)
            : world.of('nurse', 'doctor', 'assistant', 'receptionist'),
          sql: `select public.sign_form($1, $2, $3, ${SHOWN})`,
          values: [form.id, 'Ana Souza', form.kind === 'consent' ? 'consent' : 'acknowledgement'],
        }
      );
    },
  },
  {
    name: 'end a form',
    weight: 2,
    refused: ['CD010', 'CD013'],
    async ask(world) {
      const form = await world.one(`
        select id from public.signed_forms where organisation_id = $1 and (status = 'active' or random() < 0.05) order by created_at, id`);
      return (
        form && {
          who: world.of('clinic_admin'),
          sql: 'select public.terminate_form($1, $2)',
          values: [form.id, 'Signed for the wrong stay.'],
        }
      );
    },
  },
  {
    name: 'put a form away',
    refused: ['CD014'],
    async ask(world) {
      const form = await world.one(
        'select id from public.signed_forms where organisation_id = $1 order by created_at, id',
      );
      return (
        form && {
          who: world.of('clinic_admin', 'receptionist'),
          sql: 'update public.signed_forms set archived_at = $2 where id = $1',
          values: [form.id, world.chance(0.6) ? new Date() : null],
        }
      );
    },
  },
  {
    name: 'shut somebody out, or let them in',
    weight: 4,
    refused: ['CD007', 'CD009', '23505'],
    async ask(world) {
      const patient = await patientOf(world);
      const standing = await world.one(
        'select id, patient_id from public.access_restrictions where organisation_id = $1 and lifted_at is null order by created_at, id',
      );
      if (!patient) return undefined;
      const who = world.chance(0.5) ? portalOf(world, patient.id) : world.of('clinic_admin');
      if (standing && world.chance(0.5)) {
        return {
          who,
          sql: 'update public.access_restrictions set lifted_at = now() where organisation_id = $2 and id = $1',
          values: [standing.id, world.here],
        };
      }
      return {
        who,
        sql: `insert into public.access_restrictions (organisation_id, id, patient_id, restricted_user_id) values ($1, $2, $3, $4)`,
        values: [
          world.here,
          world.id(),
          patient.id,
          world.any([
            null,
            idOf('staff', world.clinic, '02'),
            idOf('staff', world.clinic, '03'),
            idOf('staff', world.clinic, '13'),
          ]),
        ],
      };
    },
  },
  {
    name: 'break the glass',
    weight: 2,
    refused: ['CD007', 'CD009', 'CD010'],
    async ask(world) {
      const patient = await patientOf(world);
      return (
        patient && {
          who: world.of('doctor', 'nurse', 'break_glass'),
          sql: 'select public.open_emergency_access($1, $2, $3)',
          values: [patient.id, 'Unconscious on arrival, allergies unknown', 1 + world.int(60)],
        }
      );
    },
  },
  {
    name: 'end or judge a broken glass',
    weight: 3,
    refused: ['CD007', 'CD010'],
    async ask(world) {
      const grant = await world.one(`
        select id, user_id from public.emergency_access_grants
        where organisation_id = $1 and (review_outcome is null or random() < 0.05) order by created_at, id`);
      if (!grant) return undefined;
      return world.chance(0.7)
        ? {
            who: world.of('clinic_admin', 'privacy_officer'),
            sql: 'select public.review_emergency_access($1, $2, $3)',
            values: [grant.id, world.any(['justified', 'unjustified']), 'Looked into.'],
          }
        : {
            who: world.of('doctor', 'nurse', 'break_glass'),
            sql: 'select public.close_emergency_access($1)',
            values: [grant.id],
          };
    },
  },
  {
    name: 'write into a chart',
    weight: 4,
    refused: ['CD007', 'CD011', '23505', '23503'],
    async ask(world) {
      const patient = await world.one(
        `select distinct r.patient_id as id from public.care_relationships as r
         where r.organisation_id = $1 and r.ends_at is null and r.archived_at is null order by 1`,
      );
      if (!patient) return undefined;
      const earlier = await world.one(
        'select id from public.medical_records where organisation_id = $1 and patient_id = $2 order by created_at, id',
        [world.here, patient.id],
      );
      const segments = world.any(['{}', '{}', '{}', '{PSY}']);
      return {
        who:
          segments === '{}'
            ? world.of('doctor', 'doctor', 'nurse', 'break_glass')
            : world.of('doctor', 'break_glass'),
        sql: `insert into public.medical_records (organisation_id, id, patient_id, record_type, segments, supersedes_id)
          values ($1, $2, $3, 'observation', $4, $5)`,
        values: [
          world.here,
          world.id(),
          patient.id,
          segments,
          earlier && world.chance(0.3) ? earlier.id : null,
        ],
      };
    },
  },
  {
    name: 'change a chart',
    weight: 4,
    refused: ['CD007', 'CD010', 'CD011', '23505'],
    async ask(world) {
      const record = await world.one(
        `select r.id, r.patient_id from public.medical_records as r where r.organisation_id = $1
         and (r.archived_at is null and r.treatment_consent_until > now() and exists (
           select from public.care_relationships as c where c.organisation_id = r.organisation_id and c.patient_id = r.patient_id and c.ends_at is null
         ) or random() < 0.1) order by r.created_at, r.id`,
      );
      if (!record) return undefined;
      const who = world.of('doctor', 'doctor', 'break_glass', 'nurse');
      if (world.chance(0.3)) {
        const own = await world.one(
          `select r.id, r.patient_id from public.medical_records as r where r.organisation_id = $1 and r.created_by_user_id = $2 order by r.created_at, r.id`,
          [world.here, who.userId],
        );
        const under = (world.chance(0.8) && own) || record;
        return {
          who,
          sql: `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ($1, $2, $3, 'Synthetic')`,
          values: [world.here, under.id, under.patient_id],
        };
      }
      const [set, value] = world.any([
        ['public.medical_record_details set diagnosis', 'Another synthetic one'],
        ['public.medical_records set vitals', '{"heart_rate": 80}'],
        ['public.medical_records set segments', world.any(['{}', '{HIV}', '{PSY}'])],
      ] as const);
      return { who, sql: `update ${set} = $2 where id = $1`, values: [record.id, value] };
    },
  },
];
