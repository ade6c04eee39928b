import { expect, inject, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas, transporters } from '../../testing/personas.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { heldRows } from '../support/held-rows.ts';

/*
 * Which rows a statement holds until its transaction ends: all that it decides by, so that nobody changes them in between, and none besides, so that
 * nobody waits for nothing. What only refers to a row, as every foreign key does, is told where a rule is made of it.
 */

const database = useDatabase();

type Step = readonly [Persona, string];
interface Case {
  readonly title: string;
  readonly step: Step;
  /** As `heldRows` tells them. */
  readonly held: readonly string[];
  /** What is there already. */
  readonly before?: readonly Step[];
  readonly withKeys?: true;
}

const A = `'${CLINIC_A}'`;
const id = (...of: Parameters<typeof idOf>) => `'${idOf(...of)}'`;
const patient = (part: string) => id('patient', 'a', part);
const accept: Step = [
  personas.nurse,
  `update public.transfers set status = 'accepted' where id = ${id('transfer', 'a', '01')}`,
];
const detach: Step = [personas.opsAgent, `select public.detach_invoice(${A}, ${id('invoice', 'a', '03')})`];
const record: Step = [
  personas.doctor,
  `insert into public.medical_records (organisation_id, id, patient_id, record_type)
   values (${A}, ${id('record', 'a', '91')}, ${patient('01')}, 'observation')`,
];
const details: Step = [
  personas.doctor,
  `insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis)
   values (${A}, ${id('record', 'a', '91')}, ${patient('01')}, 'Synthetic')`,
];
const consent = (purpose: string, form = 'null'): Step => [
  personas.receptionist,
  `insert into public.consents (organisation_id, id, patient_id, purpose, signed_form_id)
   values (${A}, ${id('consent', 'a', '91')}, ${patient('01')}, '${purpose}', ${form})`,
];
const agreed: Step = [
  personas.patient,
  `update public.consents set status = 'active' where id = ${id('consent', 'a', '91')}`,
];

const CASES: readonly Case[] = [
  {
    title: 'a line: its invoice [S-34 +]',
    step: [
      personas.finance,
      `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, quantity, unit_minor)
       values (${A}, ${id('invoice', 'a', '01')}, ${patient('01')}, 'Consultation', 1, 5)`,
    ],
    held: ['invoices a 01: changed'],
  },
  {
    title: 'payments of two invoices: both [S-34 +]',
    step: [
      personas.finance,
      `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method)
       select i.organisation_id, i.id, i.patient_id, 1, 'cash' from public.invoices as i where right(i.id::text, 2) in ('02', '04')`,
    ],
    held: ['invoices a 02: changed', 'invoices a 04: changed'],
  },
  {
    title: 'an invoice that is issued: its agreement too, that nobody renames its payer meanwhile [S-34 +]',
    step: [
      personas.finance,
      `update public.invoices set status = 'issued' where id = ${id('invoice', 'a', '01')}`,
    ],
    held: ['agreements a 01: key', 'invoices a 01: changed'],
    withKeys: true,
  },
  {
    title: 'a draft that becomes void was never billed: no agreement [S-34 +]',
    step: [
      personas.finance,
      `update public.invoices set status = 'void' where id = ${id('invoice', 'a', '01')}`,
    ],
    held: ['invoices a 01: changed'],
    withKeys: true,
  },
  {
    title: 'operations that give an invoice back: its lines and payments too [S-29 S-34 +]',
    step: detach,
    held: ['invoice_lines a 03: changed', 'invoices a 03: changed', 'payments a 03: changed'],
  },
  {
    title:
      'operations that take one over: these, and the case, that nobody closes it meanwhile [S-29 S-34 +]',
    before: [detach],
    step: [
      personas.opsAgent,
      `select public.attach_invoice(${A}, ${id('invoice', 'a', '03')}, ${id('case', 'a', '03')})`,
    ],
    held: [
      'cases a 03: shared',
      'invoice_lines a 03: changed',
      'invoices a 03: changed',
      'payments a 03: changed',
    ],
  },
  {
    title: 'a claim: its invoice and its guarantee [S-29 +]',
    step: [
      personas.opsAgent,
      `update public.claims set status = 'submitted' where organisation_id = ${A} and id = ${id('claim', 'a', '01')}`,
    ],
    held: ['claims a 01: changed', 'guarantees_of_payment a 01: changed', 'invoices a 03: changed'],
  },
  {
    title: 'a consent that is proposed: the patient, and the text of the purpose [N-27 N-45 +]',
    step: consent('transfer_disclosure'),
    held: ['consent_purposes transfer_disclosure: shared', 'patients a 01: changed'],
  },
  {
    title:
      'a consent to disclosure that comes into force: itself, where it gates nothing of the chart [N-45 +]',
    before: [consent('insurer_disclosure')],
    step: agreed,
    held: ['consents a 91: changed'],
  },
  {
    title:
      'a consent to treatment that is withdrawn: what it gates of this patient, and nothing of others [N-27 N-50 +]',
    step: [
      personas.patient,
      `update public.consents set status = 'withdrawn' where purpose = 'treatment' and status = 'active'`,
    ],
    held: [
      'consents a 01: changed',
      'documents a 01: changed',
      'documents a 02: changed',
      'medical_record_details a 01: changed',
      'medical_record_details a 02: changed',
      'medical_records a 01: changed',
      'medical_records a 02: changed',
      'medical_records a 03: changed',
      'patient_clinical a 01: changed',
    ],
  },
  {
    title: 'a record: the patient and the consent in force [N-27 N-50 +]',
    step: record,
    held: ['consents a 01: shared', 'patients a 01: changed'],
  },
  {
    title: 'a record that supersedes another: that one and its details too [S-16 N-50 +]',
    step: [
      personas.doctor,
      `insert into public.medical_records (organisation_id, patient_id, record_type, supersedes_id)
       values (${A}, ${patient('01')}, 'observation', ${id('record', 'a', '01')})`,
    ],
    held: [
      'consents a 01: shared',
      'medical_record_details a 01: changed',
      'medical_records a 01: changed',
      'patients a 01: changed',
    ],
  },
  {
    title: 'details of a record: the record, that nobody supersedes it meanwhile [S-16 N-50 +]',
    before: [record],
    step: details,
    held: ['consents a 01: shared', 'medical_records a 91: changed', 'patients a 01: changed'],
  },
  {
    title: 'details that their author edits: nothing else [S-16 +]',
    before: [record, details],
    step: [
      personas.doctor,
      `update public.medical_record_details set diagnosis = 'Another' where id = ${id('record', 'a', '91')}`,
    ],
    held: ['medical_record_details a 91: changed'],
  },
  {
    title:
      'a patient who becomes inactive: everything that is hidden with them, and nothing of others [N-27 +]',
    step: [
      personas.clinicAdmin,
      `update public.patients set status = 'inactive' where id = ${patient('01')}`,
    ],
    held: [
      'access_restrictions a 01: changed',
      'admissions a 01: changed',
      'appointment_reasons a 01: changed',
      'appointments a 01: changed',
      'care_relationships a 01: changed',
      'care_relationships a 02: changed',
      'care_relationships a 05: changed',
      'cases a 01: changed',
      'consents a 01: changed',
      'consents a 05: changed',
      'documents a 01: changed',
      'documents a 02: changed',
      'emergency_access_grants a 01: changed',
      'emergency_access_grants a 03: changed',
      'emergency_access_reasons a 01: changed',
      'emergency_access_reasons a 03: changed',
      'medical_record_details a 01: changed',
      'medical_record_details a 02: changed',
      'medical_records a 01: changed',
      'medical_records a 02: changed',
      'medical_records a 03: changed',
      'patient_accounts a 01: changed',
      'patient_clinical a 01: changed',
      'patient_identity a 01: changed',
      'patients a 01: changed',
      'signed_forms a 01: changed',
      'signed_forms a 02: changed',
      'transfers a 01: changed',
      'transfers a 02: changed',
    ],
  },
  {
    title: 'a birth date: who is the guardian until then [N-15 +]',
    step: [
      personas.receptionist,
      `update public.patient_identity set birth_date = null where id = ${patient('02')}`,
    ],
    held: ['patient_accounts a 02: changed', 'patient_identity a 02: changed'],
  },
  {
    title: 'a move to another bed: both beds [S-17 +]',
    step: [
      personas.nurse,
      `update public.admissions set bed_id = ${id('bed', 'a', '01')} where id = ${id('admission', 'a', '01')}`,
    ],
    held: ['admissions a 01: changed', 'beds a 01: changed', 'beds a 02: changed'],
  },
  {
    title: 'an admission: the patient and the bed [S-17 +]',
    step: [personas.nurse, `select public.admit_patient(${patient('02')}, ${id('bed', 'a', '01')}, null)`],
    held: ['beds a 01: changed', 'patients a 02: changed'],
  },
  {
    title: 'a legal hold: the clinic, that nothing is destroyed meanwhile [N-49 +]',
    step: [
      personas.privacyOfficer,
      `insert into public.legal_holds (organisation_id, patient_id, reason) values (${A}, ${patient('01')}, 'A dispute.')`,
    ],
    held: ['organisations a 01: shared'],
  },
  {
    title:
      'care that is handed to a colleague: the patient, the stay and the care that it is handed from [N-21 +]',
    step: [
      personas.doctor,
      `select public.assign_care(${patient('01')}, '${personas.nurse.userId}', 'covering')`,
    ],
    held: ['admissions a 01: shared', 'care_relationships a 01: shared', 'patients a 01: changed'],
  },
  {
    title: 'the reason of an appointment: the patient and the appointment [N-01 N-15 +]',
    step: [
      personas.doctor,
      `insert into public.appointment_reasons (organisation_id, id, patient_id, reason)
       values (${A}, ${id('appointment', 'a', '03')}, ${patient('03')}, 'Cough')`,
    ],
    held: ['appointments a 03: shared', 'patients a 03: changed'],
  },
  {
    title: 'a signature: the form, the patient, and what it carries [S-33 N-45 +]',
    before: [consent('transfer_disclosure', id('form', 'a', '01'))],
    step: [personas.nurse, `select public.sign_form(${id('form', 'a', '01')}, 'Ana Souza', 'consent', null)`],
    held: ['consents a 91: changed', 'patients a 01: changed', 'signed_forms a 01: changed'],
  },
  {
    title: 'a form that is terminated: the patient and the form [S-33 +]',
    step: [
      personas.clinicAdmin,
      `select public.terminate_form(${id('form', 'a', '02')}, 'Signed for the wrong stay.')`,
    ],
    held: ['patients a 01: changed', 'signed_forms a 02: changed'],
  },
  {
    title:
      'a dispatch: the patient, their consent to be named, the transfer, and that the clinic is open [S-18 N-45 +]',
    before: [accept, consent('transfer_disclosure'), agreed],
    step: [
      personas.nurse,
      `select public.dispatch_transfer(${id('transfer', 'a', '01')}, ${id('organisation', 'c')}, null)`,
    ],
    held: [
      'consents a 91: shared',
      'organisation_settings a 01: shared',
      'patients a 01: changed',
      'transfers a 01: changed',
    ],
  },
  {
    title: 'a transfer that is cancelled: its job [S-18 +]',
    step: [personas.nurse, `select public.cancel_transfer(${id('transfer', 'a', '03')})`],
    held: ['transfer_jobs …: changed', 'transfers a 03: changed'],
  },
  {
    title: 'what an insurer is given: the patient and the consent to it [N-45 S-29 +]',
    before: [consent('insurer_disclosure'), agreed],
    step: [
      personas.clinicAdmin,
      `select public.export_case_timeline(${id('case', 'a', '01')}, 'insurer', null, 'An insurer', 'A claim.')`,
    ],
    held: ['consents a 91: shared', 'patients a 01: changed'],
  },
  {
    title: 'another legal basis: the patient and the text of the purpose [N-45 +]',
    before: [
      [
        personas.servicePinned,
        `update public.organisation_settings set legal_bases = '{consent,legal_obligation}' where organisation_id = ${A}`,
      ],
    ],
    step: [
      personas.privacyOfficer,
      `select public.rely_on_legal_basis(${patient('02')}, 'research', 'legal_obligation', 'A notifiable disease, by decision of the board.')`,
    ],
    held: ['consent_purposes research: shared', 'patients a 02: changed'],
  },
  {
    title: 'a vehicle that is put on a job: the crew, the job, and that the company is open [S-18 +]',
    step: [
      transporters.dispatcher,
      `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id)
       select j.organisation_id, j.id, ${id('vehicle', 'c', '02')}, ${id('crew', 'c', '01')}
       from public.transfer_jobs as j where j.status = 'dispatched' limit 1`,
    ],
    held: ['crew_members c 01: changed', 'organisation_settings c 01: shared', 'transfer_jobs …: shared'],
  },
  {
    title: 'a pickup: the transfer of the clinic too, and that the company is open [S-18 +]',
    step: [
      transporters.dispatcher,
      `update public.transfer_jobs set status = 'picked_up' where status = 'dispatched'`,
    ],
    held: [
      'organisation_settings c 01: shared',
      'transfer_jobs …: changed',
      'transfer_jobs …: changed',
      'transfers a 03: changed',
      'transfers b 03: changed',
    ],
  },
  {
    title: 'a company that is closed: its settings, for which dispatches and pickups wait [S-18 +]',
    step: [
      personas.opsAdmin,
      `update public.organisations set archived_at = now() where id = ${id('organisation', 'c')}`,
    ],
    held: ['organisation_settings c 01: changed', 'organisations c 01: changed'],
  },
];

test.each(CASES.map((one) => [one.title, one] as const))(
  '%s',
  async (_, { step: [who, text], held, before = [], withKeys }) => {
    const own = before.length === 0 ? database() : await TestDatabase.clone(inject('server'));
    try {
      for (const [other, earlier] of before) {
        await own.as(other, (session) => session.rows(earlier), { commit: true });
      }
      await own.as(who, async (session) => {
        expect(await session.attempt(text)).toMatchObject({ ok: true, count: expect.any(Number) });
        expect(await heldRows(own, withKeys)).toEqual(held);
      });
    } finally {
      if (own !== database()) await own.drop();
    }
  },
);
