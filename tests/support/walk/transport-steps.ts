import { CLINIC_A, CLINIC_B, idOf } from '../../../testing/ids.ts';
import { companyAdmin, dispatcher, operations } from './people.ts';
import type { Kind } from './walk.ts';

const COMPANY = idOf('organisation', 'c');

/** Transfers, the jobs that they become, and who drives them. */
export const TRANSPORT: readonly Kind[] = [
  {
    name: 'ask for a transfer',
    weight: 4,
    refused: [],
    async ask(world) {
      const found = await world.one(`
        select c.id, c.patient_id, (
          select a.id from public.admissions as a
          where a.organisation_id = c.organisation_id and a.patient_id = c.patient_id and a.status = 'admitted' order by a.created_at limit 1
        ) as admission_id from public.cases as c
        where c.organisation_id = $1 and c.archived_at is null and c.patient_status = 'active' order by c.created_at, c.id`);
      return (
        found && {
          who: world.of('clinic_admin', 'doctor', 'nurse'),
          sql: `insert into public.transfers (organisation_id, id, case_id, patient_id, admission_id, mobility, pickup, destination)
            values ($1, $2, $3, $4, $5, 'walking', 'Ward 1', 'Imaging centre')`,
          values: [
            world.here,
            world.id(),
            found.id,
            found.patient_id,
            world.chance(0.5) ? found.admission_id : null,
          ],
        }
      );
    },
  },
  {
    name: 'change a transfer',
    weight: 7,
    refused: ['CD013', '23514'],
    async ask(world) {
      const transfer = await world.one(`
        select t.id, (
          select s.to_state from authz.state_transitions as s
          where s.table_name = 'transfers' and s.from_state = t.status and s.to_state not in ('dispatched', 'picked_up')
          order by s.to_state in ('cancelled', 'declined'), random() limit 1
        ) as next from public.transfers as t where t.organisation_id = $1
          and (t.status in ('requested', 'accepted', 'delivered') or random() < 0.2) order by t.created_at, t.id`);
      if (!transfer) return undefined;
      const [set, value] = world.any([
        ['status', transfer.next ?? 'completed'],
        ['status', transfer.next ?? 'completed'],
        ['status', transfer.next ?? 'completed'],
        ['status', 'cancelled'],
        ['destination', `Gate ${world.int(9)}`],
        ['mobility', 'stretcher'],
      ] as const);
      return {
        who: set === 'status' && world.chance(0.3) ? operations : world.of('clinic_admin', 'doctor', 'nurse'),
        sql: `update public.transfers set ${set} = $2 where organisation_id = $3 and id = $1`,
        values: [transfer.id, value, world.here],
      };
    },
  },
  {
    name: 'dispatch a transfer',
    weight: 6,
    refused: ['CD007', 'CD010', 'CD013', '23505'],
    async ask(world) {
      const transfer = await world.one(`
        select id from public.transfers where organisation_id = $1 and (status = 'accepted' or random() < 0.05) order by created_at, id`);
      return (
        transfer && {
          who: world.chance(0.3) ? operations : world.of('clinic_admin', 'doctor', 'nurse'),
          sql: 'select public.dispatch_transfer($1, $2, $3)',
          values: [transfer.id, world.chance(0.7) ? COMPANY : world.here, world.here],
        }
      );
    },
  },
  {
    name: 'call a transfer off',
    refused: ['CD010', 'CD013'],
    async ask(world) {
      const transfer = await world.one(`
        select id from public.transfers where organisation_id = $1 and (status in ('requested', 'accepted', 'dispatched') or random() < 0.1)
        order by created_at, id`);
      return (
        transfer && {
          who: world.chance(0.3) ? operations : world.of('clinic_admin', 'doctor', 'nurse'),
          sql: 'select public.cancel_transfer($1, $2)',
          values: [transfer.id, world.here],
        }
      );
    },
  },
  {
    // Refused as long as the company can say so itself, and no job expires in a test: that the crew's word is not taken from them.
    name: 'conclude a transfer',
    refused: ['CD010', 'CD013'],
    async ask(world) {
      const transfer = await world.one(
        `select id from public.transfers where organisation_id = $1 and status in ('dispatched', 'picked_up', 'delivered') order by created_at, id`,
      );
      return (
        transfer && {
          who: world.chance(0.3) ? operations : world.of('clinic_admin', 'doctor', 'nurse'),
          sql: 'select public.conclude_transfer($1, $2)',
          values: [transfer.id, world.here],
        }
      );
    },
  },
  {
    name: 'drive',
    weight: 7,
    refused: ['CD013', 'CD007'],
    async ask(world) {
      const job = await world.one(
        `select j.id, j.organisation_id, s.to_state as next from public.transfer_jobs as j
         join authz.state_transitions as s on s.table_name = 'transfer_jobs' and s.from_state = j.status
         where j.organisation_id in ($1, $2) order by j.created_at, j.id, s.to_state`,
        [world.here, COMPANY],
      );
      return (
        job && {
          who:
            job.organisation_id === COMPANY
              ? world.any([dispatcher, companyAdmin])
              : world.of('transport', 'clinic_admin'),
          sql: 'update public.transfer_jobs set status = $2 where organisation_id = $3 and id = $1',
          values: [job.id, job.next, job.organisation_id],
        }
      );
    },
  },
  {
    name: 'put somebody on a job',
    weight: 5,
    refused: ['CD007', 'CD010', 'CD013', '23505', '23514'],
    async ask(world) {
      const job = await world.one(
        `select id, organisation_id from public.transfer_jobs
         where organisation_id in ($1, $2) and (status in ('dispatched', 'picked_up') or random() < 0.05) order by created_at, id`,
        [world.here, COMPANY],
      );
      if (!job) return undefined;
      const of = [job.organisation_id];
      const vehicle = await world.one(
        'select id from public.vehicles where organisation_id = $1 order by created_at, id',
        of,
      );
      const crew = 'select id from public.crew_members where organisation_id = $1 order by created_at, id';
      const driver = await world.one(crew, of);
      const attendant = await world.one(crew, of);
      if (!vehicle || !driver) return undefined;
      return {
        who:
          job.organisation_id === COMPANY
            ? world.any([dispatcher, companyAdmin])
            : world.of('transport', 'clinic_admin'),
        sql: `insert into public.vehicle_assignments (organisation_id, id, transfer_job_id, vehicle_id, driver_id, attendant_id)
          values ($1, $2, $3, $4, $5, $6)`,
        values: [
          job.organisation_id,
          world.id(),
          job.id,
          vehicle.id,
          driver.id,
          world.chance(0.3) ? attendant?.id : null,
        ],
      };
    },
  },
  {
    name: 'change who drives',
    weight: 5,
    refused: ['CD007', 'CD010', 'CD013', '23505', '23514'],
    async ask(world) {
      const ride = await world.one(
        'select id, organisation_id from public.vehicle_assignments where organisation_id in ($1, $2) order by created_at, id',
        [world.here, COMPANY],
      );
      if (!ride) return undefined;
      const crew = await world.one(
        'select id from public.crew_members where organisation_id = $1 order by created_at, id',
        [ride.organisation_id],
      );
      if (!crew) return undefined;
      const [set, value] = world.any([
        ['released_at', new Date()],
        ['driver_id', crew.id],
        ['attendant_id', world.chance(0.7) ? crew.id : null],
        ['archived_at', world.chance(0.5) ? new Date() : null],
      ] as const);
      return {
        who:
          ride.organisation_id === COMPANY
            ? world.any([dispatcher, companyAdmin])
            : world.of('transport', 'clinic_admin'),
        sql: `update public.vehicle_assignments set ${set} = $2 where organisation_id = $3 and id = $1`,
        values: [ride.id, value, ride.organisation_id],
      };
    },
  },
  {
    name: 'change vehicles and crew',
    weight: 4,
    refused: ['CD007', 'CD013', '23505'],
    async ask(world) {
      const organisation = world.any([COMPANY, CLINIC_A, CLINIC_B]);
      const table = world.any(['vehicles', 'crew_members'] as const);
      const row = await world.one(
        `select id from public.${table} where organisation_id = $1 order by created_at, id`,
        [organisation],
      );
      if (!row) return undefined;
      const what: readonly [string, unknown] =
        table === 'vehicles'
          ? world.any([
              ['kind', world.any(['van', 'boat'])],
              ['registration', `REG-${world.int(90)}`],
              ['archived_at', world.chance(0.3) ? new Date() : null],
            ])
          : world.any([
              ['duty', world.any(['driver', 'nurse'])],
              ['archived_at', world.chance(0.2) ? new Date() : null],
            ]);
      const clinic = world.clinic;
      return {
        who:
          organisation === COMPANY
            ? companyAdmin
            : organisation === idOf('organisation', clinic)
              ? world.of('clinic_admin')
              : dispatcher,
        sql: `update public.${table} set ${what[0]} = $2 where organisation_id = $3 and id = $1`,
        values: [row.id, what[1], organisation],
      };
    },
  },
  {
    name: 'write down a vehicle',
    refused: ['23505'],
    async ask(world) {
      return {
        who: companyAdmin,
        sql: `insert into public.vehicles (organisation_id, id, registration, kind) values ($1, $2, $3, 'van')`,
        values: [COMPANY, world.id(), `VAN-${world.int(900)}`],
      };
    },
  },
];
