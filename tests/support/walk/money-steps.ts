import { operations } from './people.ts';
import type { Kind, World } from './walk.ts';

const desk = (world: World) => world.of('clinic_admin', 'finance', 'finance', 'doctor');
const invoiceOf = (world: World, condition = 'true') =>
  world.one(
    `select i.* from public.invoices as i where i.organisation_id = $1 and (${condition} or random() < 0.05) order by i.created_at, i.id`,
  );

/** Invoices, what is paid on them and claimed for them. */
export const MONEY: readonly Kind[] = [
  {
    name: 'draw up an invoice',
    weight: 2,
    refused: ['23505'],
    async ask(world) {
      const patient = await world.one(
        `select id from public.patients where organisation_id = $1 and archived_at is null order by mrn`,
      );
      return (
        patient && {
          who: world.of('clinic_admin', 'finance'),
          sql: `with i as (
              insert into public.invoices (organisation_id, id, number, patient_id, currency) values ($1, $2, $3, $4, 'BRL') returning id
            ) select * from i`,
          values: [world.here, world.id(), `INV-${world.int(5000)}`, patient.id],
        }
      );
    },
  },
  {
    name: 'write a line',
    weight: 3,
    refused: ['CD010', 'CD013'],
    async ask(world) {
      const invoice = await invoiceOf(world, `i.status = 'draft' and i.archived_at is null`);
      return (
        invoice && {
          who: desk(world),
          sql: `insert into public.invoice_lines (organisation_id, id, invoice_id, patient_id, description, quantity, unit_minor)
            values ($1, $2, $3, $4, 'A visit', $5, $6)`,
          values: [
            world.here,
            world.id(),
            invoice.id,
            invoice.patient_id,
            1 + world.int(3),
            world.int(20_000),
          ],
        }
      );
    },
  },
  {
    name: 'change a line',
    weight: 4,
    refused: ['CD010', 'CD013'],
    async ask(world) {
      const line = await world.one(`
        select l.id, l.case_id from public.invoice_lines as l
        join public.invoices as i on i.organisation_id = l.organisation_id and i.id = l.invoice_id
        where l.organisation_id = $1 order by l.created_at, l.id`);
      if (!line) return undefined;
      const [set, value] = world.any([
        ['unit_minor', world.int(20_000)],
        ['quantity', 1 + world.int(3)],
        ['description', 'Another visit'],
        ['archived_at', world.chance(0.6) ? new Date() : null],
      ] as const);
      return {
        who: line.case_id && world.chance(0.7) ? operations : desk(world),
        sql: `update public.invoice_lines set ${set} = $2 where organisation_id = $3 and id = $1`,
        values: [line.id, value, world.here],
      };
    },
  },
  {
    name: 'take a step of an invoice',
    weight: 5,
    refused: ['CD013', 'CD007'],
    async ask(world) {
      const invoice = await invoiceOf(world);
      if (!invoice) return undefined;
      const [set, value] = world.any([
        ['status', 'issued'],
        ['status', 'issued'],
        ['status', 'void'],
        ['status', 'paid'],
        ['archived_at', world.chance(0.7) ? new Date() : null],
      ] as const);
      return {
        who: invoice.case_id && world.chance(0.6) ? operations : desk(world),
        sql: `update public.invoices set ${set} = $2 where organisation_id = $3 and id = $1`,
        values: [invoice.id, value, world.here],
      };
    },
  },
  {
    name: 'pay',
    weight: 4,
    refused: ['CD010', 'CD013'],
    async ask(world) {
      const invoice = await invoiceOf(world, `i.status in ('issued', 'partially_paid')`);
      if (!invoice) return undefined;
      const rest = Number(invoice.total_minor) - Number(invoice.paid_minor);
      return {
        who: invoice.case_id ? operations : desk(world),
        sql: `insert into public.payments (organisation_id, id, invoice_id, patient_id, amount_minor, method) values ($1, $2, $3, $4, $5, $6)`,
        values: [
          world.here,
          world.id(),
          invoice.id,
          invoice.patient_id,
          world.chance(0.4) && rest > 0 ? rest : 1 + world.int(9000),
          world.any(['cash', 'card']),
        ],
      };
    },
  },
  {
    name: 'change a payment',
    weight: 3,
    refused: ['CD010', 'CD013'],
    async ask(world) {
      const payment = await world.one(
        'select id, case_id from public.payments where organisation_id = $1 order by created_at, id',
      );
      if (!payment) return undefined;
      const [set, value] = world.any([
        ['archived_at', world.chance(0.7) ? new Date() : null],
        ['archived_at', world.chance(0.7) ? new Date() : null],
        ['terminal_reference', 'T-0002'],
        ['method', 'cash'],
      ] as const);
      return {
        who: payment.case_id && world.chance(0.7) ? operations : desk(world),
        sql: `update public.payments set ${set} = $2 where organisation_id = $3 and id = $1`,
        values: [payment.id, value, world.here],
      };
    },
  },
  {
    name: 'attach an invoice',
    weight: 4,
    refused: ['CD010'],
    async ask(world) {
      const pair = await world.one(`
        select i.id, c.id as case_id from public.invoices as i
        join public.cases as c on c.organisation_id = i.organisation_id and c.patient_id = i.patient_id
        where i.organisation_id = $1 and (i.case_id is null and c.handed_off_at is not null or random() < 0.02) order by i.created_at, i.id, c.created_at`);
      return (
        pair && {
          who: world.chance(0.9) ? operations : world.of('finance'),
          sql: 'select public.attach_invoice($1, $2, $3)',
          values: [world.here, pair.id, pair.case_id],
        }
      );
    },
  },
  {
    name: 'detach an invoice',
    weight: 2,
    refused: ['CD010', 'CD013', 'CD007'],
    async ask(world) {
      const invoice = await invoiceOf(world, 'i.case_id is not null');
      return (
        invoice && {
          who: operations,
          sql: 'select public.detach_invoice($1, $2)',
          values: [world.here, invoice.id],
        }
      );
    },
  },
  {
    name: 'have a payer vouch',
    weight: 2,
    refused: ['CD010'],
    async ask(world) {
      const found = await world.one(`
        select id, patient_id from public.cases where organisation_id = $1 and (handed_off_at is not null or random() < 0.02) order by created_at, id`);
      return (
        found && {
          who: operations,
          sql: `insert into public.guarantees_of_payment (organisation_id, id, case_id, patient_id, payer, policy_number, limit_minor, currency)
            values ($1, $2, $3, $4, 'Synthetic Insurance', 'POL-2', $5, 'BRL')`,
          values: [world.here, world.id(), found.id, found.patient_id, world.int(40_000)],
        }
      );
    },
  },
  {
    name: 'change a guarantee',
    weight: 3,
    refused: ['CD007', 'CD010', 'CD013'],
    async ask(world) {
      const guarantee = await world.one(`
        select g.id, (
          select t.to_state from authz.state_transitions as t
          where t.table_name = 'guarantees_of_payment' and t.from_state = g.status order by random() limit 1
        ) as next from public.guarantees_of_payment as g where g.organisation_id = $1 order by g.created_at, g.id`);
      if (!guarantee) return undefined;
      const [set, value] = world.any([
        ['status', guarantee.next ?? 'revoked'],
        ['limit_minor', world.int(60_000)],
        ['limit_minor', world.int(60_000)],
        ['archived_at', world.chance(0.6) ? new Date() : null],
      ] as const);
      return {
        who: operations,
        sql: `update public.guarantees_of_payment set ${set} = $2 where organisation_id = $3 and id = $1`,
        values: [guarantee.id, value, world.here],
      };
    },
  },
  {
    name: 'draw up a claim',
    weight: 4,
    refused: ['CD010', '23503'],
    async ask(world) {
      const pair = await world.one(`
        select g.id, g.case_id, g.patient_id, i.id as invoice_id, i.total_minor from public.guarantees_of_payment as g
        join public.invoices as i on i.organisation_id = g.organisation_id and i.patient_id = g.patient_id and (i.case_id = g.case_id or random() < 0.05)
        where g.organisation_id = $1 order by g.created_at, g.id, i.created_at, i.id`);
      return (
        pair && {
          who: operations,
          sql: `insert into public.claims (organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
            values ($1, $2, $3, $4, $5, $6, $7, 'BRL')`,
          values: [
            world.here,
            world.id(),
            pair.case_id,
            pair.patient_id,
            pair.id,
            pair.invoice_id,
            1 + world.int(20_000),
          ],
        }
      );
    },
  },
  {
    name: 'change a claim',
    weight: 7,
    refused: ['CD007', 'CD010', 'CD013'],
    async ask(world) {
      const claim = await world.one(`
        select c.id, (
          select t.to_state from authz.state_transitions as t
          where t.table_name = 'claims' and t.from_state = c.status order by random() limit 1
        ) as next from public.claims as c where c.organisation_id = $1 order by c.created_at, c.id`);
      if (!claim) return undefined;
      const [set, value] = world.any([
        ['status', claim.next ?? 'paid'],
        ['status', claim.next ?? 'paid'],
        ['status', claim.next ?? 'rejected'],
        ['amount_minor', 1 + world.int(20_000)],
        ['archived_at', world.chance(0.6) ? new Date() : null],
      ] as const);
      return {
        who: operations,
        sql: `update public.claims set ${set} = $2 where organisation_id = $3 and id = $1`,
        values: [claim.id, value, world.here],
      };
    },
  },
];
