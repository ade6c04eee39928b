import { operations, server } from './people.ts';
import type { Kind } from './walk.ts';

/** Beds, stays and cases. */
export const WARD: readonly Kind[] = [
  {
    name: 'admit a patient',
    weight: 5,
    refused: ['CD010', 'CD013', '23505'],
    async ask(world) {
      const patient = await world.one(`
        select p.id, (
          select c.id from public.cases as c where c.organisation_id = p.organisation_id and c.patient_id = p.id and c.archived_at is null
          order by c.created_at limit 1
        ) as case_id from public.patients as p
        where p.organisation_id = $1 and p.status = 'active' and p.archived_at is null order by p.mrn`);
      const bed = await world.one(`
        select b.id from public.beds as b
        where b.organisation_id = $1 and b.archived_at is null and (b.status in ('available', 'reserved') or random() < 0.1)
        order by b.created_at, b.id`);
      if (!patient || !bed) return undefined;
      return {
        who: world.of('clinic_admin', 'doctor', 'nurse', 'nurse', 'assistant'),
        sql: 'select public.admit_patient($1, $2, $3)',
        values: [patient.id, bed.id, world.chance(0.6) ? patient.case_id : null],
      };
    },
  },
  {
    name: 'plan a stay',
    refused: ['CD010'],
    async ask(world) {
      const patient = await world.one(
        `select id from public.patients where organisation_id = $1 and status = 'active' and archived_at is null order by mrn`,
      );
      return (
        patient && {
          who: world.of('clinic_admin', 'doctor', 'nurse'),
          sql: `insert into public.admissions (organisation_id, id, patient_id, status) values ($1, $2, $3, 'planned')`,
          values: [world.here, world.id(), patient.id],
        }
      );
    },
  },
  {
    name: 'discharge a patient',
    weight: 3,
    refused: ['CD010', 'CD013', '23514'],
    async ask(world) {
      const stay = await world.one(`
        select id from public.admissions where organisation_id = $1 and (status = 'admitted' or random() < 0.05)
        order by created_at, id`);
      return (
        stay && {
          who: world.of('clinic_admin', 'doctor', 'nurse', 'assistant'),
          sql: 'select public.discharge_patient($1, $2)',
          values: [stay.id, world.any(['home', 'transferred', 'deceased', 'other'])],
        }
      );
    },
  },
  {
    name: 'change a stay by hand',
    weight: 5,
    refused: ['CD010', 'CD013', 'CD015', '23505', '23514', '23503'],
    async ask(world) {
      const stay = await world.one(`
        select a.id, a.status, (
          select c.id from public.cases as c where c.organisation_id = a.organisation_id and c.patient_id = a.patient_id
          order by random() limit 1
        ) as case_id from public.admissions as a where a.organisation_id = $1 order by a.created_at, a.id`);
      const bed = await world.one(
        `select id from public.beds where organisation_id = $1 and archived_at is null and (status = 'available' or random() < 0.1)
         order by created_at, id`,
      );
      if (!stay) return undefined;
      const change = world.any([
        { sql: 'bed_id = $2', value: bed?.id },
        { sql: 'bed_id = $2', value: bed?.id },
        { sql: 'case_id = $2', value: world.chance(0.7) ? stay.case_id : null },
        { sql: 'disposition = $2', value: world.any(['home', 'deceased']) },
        {
          sql: 'status = $2',
          value: stay.status === 'planned' ? world.any(['cancelled', 'admitted']) : 'discharged',
        },
        { sql: `status = 'discharged', disposition = $2`, value: 'home' },
        { sql: `status = 'discharged', disposition = 'home', archived_at = $2`, value: new Date() },
        { sql: `status = 'admitted', bed_id = $2`, value: bed?.id },
        { sql: 'archived_at = $2', value: world.chance(0.6) ? new Date() : null },
      ]);
      return {
        who: world.of('clinic_admin', 'clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'),
        sql: `update public.admissions set ${change.sql} where id = $1`,
        values: [stay.id, change.value],
      };
    },
  },
  {
    name: 'change a bed',
    weight: 4,
    refused: ['CD013', 'CD015', '23505'],
    async ask(world) {
      const bed = await world.one(`
        select b.id, (
          select t.to_state from authz.state_transitions as t
          where t.table_name = 'beds' and t.from_state = b.status order by random() limit 1
        ) as next from public.beds as b where b.organisation_id = $1 order by b.created_at, b.id`);
      if (!bed) return undefined;
      const [set, value] = world.any([
        ['status', bed.next],
        ['status', bed.next],
        ['status', 'available'],
        ['archived_at', world.chance(0.4) ? new Date() : null],
        ['label', `Bed ${world.int(9)}`],
      ] as const);
      return {
        who: world.of('clinic_admin', 'clinic_admin', 'nurse', 'assistant', 'receptionist'),
        sql: `update public.beds set ${set} = $2 where id = $1`,
        values: [bed.id, value],
      };
    },
  },
  {
    name: 'put up a bed',
    refused: ['23505'],
    async ask(world) {
      return {
        who: world.of('clinic_admin', 'nurse'),
        sql: 'insert into public.beds (organisation_id, id, ward, label) values ($1, $2, $3, $4)',
        values: [world.here, world.id(), 'Ward 2', `Bed ${world.int(50)}`],
      };
    },
  },
  {
    name: 'open a case',
    weight: 2,
    refused: ['23505'],
    async ask(world) {
      const patient = await world.one(
        `select id from public.patients where organisation_id = $1 and status = 'active' and archived_at is null order by mrn`,
      );
      return (
        patient && {
          who: world.chance(0.2) ? operations : world.of('receptionist', 'nurse', 'doctor', 'assistant'),
          sql: 'insert into public.cases (organisation_id, id, number, patient_id, priority) values ($1, $2, $3, $4, $5)',
          values: [
            world.here,
            world.id(),
            `CASE-${world.int(5000)}`,
            patient.id,
            world.any(['routine', 'critical']),
          ],
        }
      );
    },
  },
  {
    name: 'take a step of a case',
    weight: 9,
    refused: ['CD013', 'CD007'],
    async ask(world) {
      const found = await world.one(`
        select c.id, t.to_state as next, c.status from public.cases as c
        join authz.state_transitions as t on t.table_name = 'cases' and t.from_state = c.status and t.to_state <> 'cancelled'
        where c.organisation_id = $1 order by c.created_at, c.id, t.to_state`);
      if (!found) return undefined;
      const cancels = world.chance(0.06);
      const reopens = found.status === 'closed';
      const isTheirs =
        reopens || ['handed_off', 'closed'].includes(String(found.next))
          ? world.chance(0.8)
          : world.chance(0.2);
      return {
        who: isTheirs ? operations : world.of('clinic_admin', 'doctor', 'nurse'),
        sql: `update public.cases set status = $2${reopens && isTheirs ? `, reopen_reason = 'clinical_change'` : ''}
          where organisation_id = $3 and id = $1`,
        values: [found.id, cancels ? 'cancelled' : found.next, world.here],
      };
    },
  },
  {
    name: 'change the priority of a case',
    refused: [],
    async ask(world) {
      const found = await world.one(
        'select id from public.cases where organisation_id = $1 order by created_at, id',
      );
      return (
        found && {
          who: world.chance(0.3) ? operations : world.of('clinic_admin', 'doctor', 'nurse'),
          sql: 'update public.cases set priority = $2 where organisation_id = $3 and id = $1',
          values: [found.id, world.any(['routine', 'urgent', 'critical']), world.here],
        }
      );
    },
  },
  {
    name: 'put away and bring back by the server',
    weight: 6,
    refused: ['CD005', 'CD010', 'CD011', 'CD013', 'CD014', 'CD015', '23505', '23514'],
    async ask(world) {
      const table = world.any([
        'admissions',
        'beds',
        'cases',
        'transfers',
        'consents',
        'medical_records',
        'medical_record_details',
        'invoices',
        'invoice_lines',
        'payments',
        'claims',
        'guarantees_of_payment',
        'signed_forms',
        'access_restrictions',
        'care_relationships',
        'emergency_access_grants',
        'vehicles',
        'crew_members',
        'vehicle_assignments',
      ] as const);
      const row = await world.one(
        `select id, organisation_id, archived_at is null as is_here from public.${table}
         where organisation_id in ($1, 'c0000000-0000-7000-8000-000000000001') order by created_at, id`,
      );
      return (
        row && {
          who: server(String(row.organisation_id)),
          sql: `update public.${table} set archived_at = $3 where organisation_id = $1 and id = $2`,
          values: [row.organisation_id, row.id, row.is_here ? new Date() : null],
        }
      );
    },
  },
];
