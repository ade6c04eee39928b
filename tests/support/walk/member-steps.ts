import { idOf } from '../../../testing/ids.ts';
import { operations } from './people.ts';
import { type Kind, patientOf } from './walk.ts';

/** Who belongs to a clinic, and whom they treat. */
export const PEOPLE: readonly Kind[] = [
  {
    name: 'suspend a member, or bring one back',
    weight: 3,
    refused: ['CD007', 'CD014'],
    async ask(world) {
      const member = await world.one(`
        select id, user_id, is_active, accepted_at from public.organisation_members
        where organisation_id = $1 and right(user_id::text, 2) in ('03', '12', '13') order by user_id`);
      if (!member) return undefined;
      if (member.is_active && member.accepted_at === null) {
        const part = String(member.user_id).slice(-2);
        return {
          who: world.of(part === '03' ? 'nurse' : part === '12' ? 'transport' : 'break_glass'),
          sql: 'select public.accept_membership($1)',
          values: [world.here],
        };
      }
      return {
        who: world.of('clinic_admin'),
        sql: 'update public.organisation_members set is_active = $2 where id = $1',
        values: [member.id, !member.is_active || world.chance(0.6)],
      };
    },
  },
  {
    name: 'say who treats',
    weight: 2,
    refused: ['CD007', 'CD013', '23514'],
    async ask(world) {
      const patient = await patientOf(world);
      const care = await world.one(
        'select id from public.care_relationships where organisation_id = $1 order by created_at, id',
      );
      if (!patient) return undefined;
      if (care && world.chance(0.3)) {
        return {
          who: world.of('clinic_admin'),
          sql: 'update public.care_relationships set ends_at = now() where id = $1 and ends_at is null',
          values: [care.id],
        };
      }
      return {
        who: world.of('clinic_admin'),
        sql: `insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind) values ($1, $2, $3, $4, 'covering')`,
        values: [
          world.here,
          world.id(),
          patient.id,
          idOf('staff', world.clinic, world.any(['02', '03', '13'])),
        ],
      };
    },
  },
  {
    name: 'assign care',
    weight: 3,
    refused: ['CD010', '23514'],
    async ask(world) {
      const patient = await patientOf(world);
      if (!patient) return undefined;
      return {
        who: world.of('clinic_admin', 'doctor', 'doctor', 'nurse', 'nurse', 'receptionist'),
        sql: `select public.assign_care($1, $2, 'covering', now() + $3::interval)`,
        values: [
          patient.id,
          idOf('staff', world.clinic, world.any(['02', '03', '13', '04'])),
          world.any([null, null, '3 days', '-1 second']),
        ],
      };
    },
  },
  {
    name: 'book an appointment, or move one',
    weight: 4,
    refused: ['CD007', '23514'],
    async ask(world) {
      const patient = await patientOf(world);
      const booked = await world.one(
        'select id from public.appointments where organisation_id = $1 and archived_at is null order by created_at, id',
        [world.here],
      );
      const professional = idOf('staff', world.clinic, world.any(['02', '03']));
      if (booked && world.chance(0.6)) {
        const [set, value] = world.any([
          ['status', world.any(['booked', 'arrived', 'cancelled', 'no_show'])],
          ['professional_user_id', professional],
          ['ends_at', new Date(Date.now() + 86_400_000 * (1 + world.int(9)))],
        ] as const);
        return {
          who: world.of('receptionist', 'clinic_admin', 'doctor', 'nurse'),
          sql: `update public.appointments set ${set} = $2 where id = $1`,
          values: [booked.id, value],
        };
      }
      if (!patient) return undefined;
      return {
        who: world.of('receptionist', 'receptionist', 'clinic_admin', 'doctor'),
        sql: `insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at)
          values ($1, $2, $3, $4, now() + $5::interval, now() + $5::interval + interval '1 hour')`,
        values: [
          world.here,
          world.id(),
          patient.id,
          professional,
          world.any(['-9 days', '1 hour', '5 days']),
        ],
      };
    },
  },
  {
    name: 'change a patient',
    weight: 3,
    refused: ['CD007', 'CD015', '23505'],
    async ask(world) {
      const patient = await world.one(
        'select id, status from public.patients where organisation_id = $1 and archived_at is null order by mrn',
      );
      if (!patient) return undefined;
      const [set, value] = world.any([
        ['status', patient.status === 'active' && world.chance(0.3) ? 'inactive' : 'active'],
        ['language', world.any(['en', 'th'])],
        ['full_name', `Synthetic ${world.int(99)}`],
      ] as const);
      return {
        who: world.of('clinic_admin', 'receptionist', 'nurse'),
        sql: `update public.patients set ${set} = $2 where id = $1`,
        values: [patient.id, value],
      };
    },
  },
  {
    name: 'export a timeline',
    refused: ['CD010'],
    async ask(world) {
      const found = await world.one(
        'select id from public.cases where organisation_id = $1 order by created_at, id',
      );
      return (
        found && {
          who: world.chance(0.5) ? operations : world.of('clinic_admin', 'privacy_officer'),
          sql: 'select public.export_case_timeline($1, $2, $3, $4, $5)',
          values: [
            found.id,
            world.any(['insurer', 'auditor', 'authority']),
            world.here,
            'A recipient outside',
            'An order of the court.',
          ],
        }
      );
    },
  },
];
