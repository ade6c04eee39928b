import { idOf } from '../../../../testing/ids.ts';
import { inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

/** What is billed, paid, guaranteed and claimed. */
export const MONEY: Readonly<Record<string, TableProbe>> = {
  'public.agreements': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        payer: text('Probe'),
        number: text('PROBE'),
        starts_on: text('2026-01-01'),
      },
    }),
    update: { ends_on: text('2099-01-01') },
  },
  'public.invoices': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        number: text('PROBE'),
        patient_id: text(idOf('patient', clinic, '01')),
        currency: text('BRL'),
      },
    }),
    // What it has: that of an issued invoice is fixed.
    update: { agreement_id: 'agreement_id' },
  },
  'public.invoice_lines': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        // The one draft of the seed.
        invoice_id: text(idOf('invoice', clinic, '01')),
        patient_id: text(idOf('patient', clinic, '01')),
        description: text('Probe'),
        unit_minor: '100',
      },
    }),
    // What every line of the seed says: the lines of an issued invoice are fixed.
    update: { description: text('Consultation') },
  },
  'public.payments': {
    rows: inTenant,
    insert: ({ clinic, persona }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        // Operations write on what is attached to a case, the clinic on what is not.
        ...(persona.role === 'internal_ops'
          ? {
              invoice_id: text(idOf('invoice', clinic, '03')),
              patient_id: text(idOf('patient', clinic, '03')),
            }
          : {
              invoice_id: text(idOf('invoice', clinic, '02')),
              patient_id: text(idOf('patient', clinic, '01')),
            }),
        amount_minor: '100',
        method: text('cash'),
      },
    }),
    update: { method: text('card') },
  },
  'public.guarantees_of_payment': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        case_id: text(idOf('case', clinic, '03')),
        patient_id: text(idOf('patient', clinic, '03')),
        payer: text('Probe'),
        limit_minor: '100',
        currency: text('BRL'),
      },
    }),
    update: { policy_number: text('PROBE') },
  },
  'public.claims': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        case_id: text(idOf('case', clinic, '03')),
        patient_id: text(idOf('patient', clinic, '03')),
        guarantee_id: text(idOf('guarantee', clinic, '01')),
        invoice_id: text(idOf('invoice', clinic, '03')),
        amount_minor: '100',
        currency: text('BRL'),
      },
    }),
    update: { amount_minor: '200' },
  },
};
