import { CLINIC_A, idOf } from '../../../testing/ids.ts';

const WARD = ['beds', 'admissions', 'cases', 'transfers', 'transfer_jobs', 'transfer_job_patients'];
const MONEY = ['invoices', 'invoice_lines', 'payments', 'claims', 'guarantees_of_payment'];
const CHARTS = [
  'consents',
  'signed_forms',
  'medical_records',
  'medical_record_details',
  'emergency_access_grants',
  'case_activity_log',
];
const PEOPLE = ['care_relationships', 'patient_accounts', 'subject_requests'];
const FILES = ['documents', 'document_upload_grants', 'document_read_tickets'];
/** Lets a superuser bend rows: nothing fires that would set them right. */
export const UNHINGED = [...WARD, ...MONEY, ...CHARTS, ...PEOPLE, ...FILES]
  .map((table) => `alter table public.${table} disable trigger user;`)
  .concat('alter table governance.tombstones disable trigger user;')
  .join('\n');

const set = (table: string, columns: string, condition: string) =>
  `update public.${table} set ${columns} where organisation_id = '${CLINIC_A}' and ${condition}`;
const is = (...[kind, part]: [Parameters<typeof idOf>[0], string]) => `id = '${idOf(kind, 'a', part)}'`;

/** A change that nobody made, as history would tell of it. */
const happened = (relation: string, role: string, before: object | null, after: object | null) => `
  insert into walk.history (relation, operation, organisation_id, before, after, role, subject)
  values ('${relation}', '${before === null ? 'INSERT' : after === null ? 'DELETE' : 'UPDATE'}', '${CLINIC_A}',
    ${before ? `'${JSON.stringify({ organisation_id: CLINIC_A, id: CLINIC_A, ...before })}'` : 'null'},
    ${after ? `'${JSON.stringify({ organisation_id: CLINIC_A, id: CLINIC_A, ...after })}'` : 'null'}, '${role}', null)`;

/** For each thing that has to hold, by its name: something that breaks it. */
export const FAULTS: Readonly<Record<string, string>> = {
  'a bed is occupied exactly if one active admission lies in it': set(
    'beds',
    `status = 'available'`,
    is('bed', '02'),
  ),
  'a patient has at most one active admission': `
    drop index public.admissions_active_patient_key;
    insert into public.admissions (organisation_id, patient_id, bed_id, status, admitted_at)
    select organisation_id, patient_id, '${idOf('bed', 'a', '01')}', status, admitted_at from public.admissions
    where organisation_id = '${CLINIC_A}' and ${is('admission', '01')}`,
  'nobody treats by a relationship of their own making': set(
    'care_relationships',
    'created_by_user_id = user_id',
    is('care', '01'),
  ),
  'a stay tells when it began and ended, and nothing that it has not reached': set(
    'admissions',
    'admitted_at = null',
    is('admission', '01'),
  ),
  'a case is with operations only after its clinic handed it over': set(
    'cases',
    'handed_off_at = null',
    is('case', '03'),
  ),
  'a transfer and its job say one thing': set('transfers', `status = 'delivered'`, is('transfer', '03')),
  'the packet of a job is what its transfer says': set(
    'transfers',
    `destination = 'Elsewhere'`,
    is('transfer', '03'),
  ),
  'vehicle and crew are on one job, that is under way, and in use': set(
    'transfer_jobs',
    `status = 'delivered'`,
    'true',
  ),
  'a company is told whom it drives only while it does, and by a consent that outlives the packet': set(
    'transfer_job_patients',
    `patient_name = 'Ana Souza', language = 'en'`,
    'true',
  ),
  'the totals of an invoice are the sums of its lines and payments, and its status says the same': set(
    'invoices',
    'total_minor = total_minor + 1',
    is('invoice', '02'),
  ),
  'lines, payments and claims go with the case and the patient of their invoice': set(
    'invoice_lines',
    'case_id = null',
    is('line', '03'),
  ),
  'an invoice is attached to a case of its patient that was handed over': set(
    'cases',
    'handed_off_at = null',
    is('case', '03'),
  ),
  'what is claimed on a guarantee stays within its limit': `
    ${set('claims', `status = 'submitted'`, is('claim', '01'))};
    ${set('guarantees_of_payment', 'limit_minor = 1', is('guarantee', '01'))}`,
  'what is claimed for an invoice stays within what it asks for': set(
    'claims',
    `status = 'submitted', amount_minor = 400000`,
    is('claim', '01'),
  ),
  'nothing is put away with money that stands on it': set(
    'invoices',
    'archived_at = now()',
    is('invoice', '02'),
  ),
  'what is read under an entry of a chart is its author’s, or the server’s': set(
    'medical_record_details',
    `created_by_user_id = '${idOf('staff', 'a', '02')}'`,
    is('record', '01'),
  ),
  'what hangs on a patient says what the patient does': set(
    'medical_records',
    `patient_status = 'inactive'`,
    is('record', '01'),
  ),
  'what a consent gates is open exactly for as long as one is in force': set(
    'medical_records',
    'treatment_consent_until = null',
    is('record', '01'),
  ),
  'a consent tells when it was given and when withdrawn': set(
    'consents',
    'given_at = null',
    is('consent', '01'),
  ),
  'a consent that a form carries is in force only with the form': set(
    'consents',
    `signed_form_id = '${idOf('form', 'a', '01')}'`,
    is('consent', '01'),
  ),
  'what a signed form says that it carries is what came into force with it': set(
    'consents',
    `signed_form_id = '${idOf('form', 'a', '02')}'`,
    is('consent', '01'),
  ),
  'the digests of a signed form are those of its texts, and its record is there': set(
    'signed_forms',
    `content_sha256 = repeat('0', 64)`,
    is('form', '02'),
  ),
  'no end of a form without its record': set(
    'signed_forms',
    `status = 'terminated', terminated_at = now(), terminated_by_user_id = witness_user_id, termination_reason = 'Nobody said so.'`,
    is('form', '02'),
  ),
  'a version of a record protects what the one before it does, and a record takes its details along': set(
    'medical_records',
    'archived_at = now()',
    is('record', '01'),
  ),
  'nobody breaks the glass against a refusal, or twice without a review': set(
    'emergency_access_grants',
    'ended_at = null',
    is('grant', '01'),
  ),
  'each change that is one stands in the activity log once, with who made it, and nothing else does':
    happened('cases', 'none', { status: 'new' }, { status: 'triage' }),
  'each event and each disclosure names a row that is there': `
    insert into public.case_activity_log (organisation_id, entity_type, entity_id, event_type, actor_realm, details, actor_kind, created_at, updated_at)
    values ('${CLINIC_A}', 'invoice', '${CLINIC_A}', 'invoice.attached', 'internal_ops', '{}', 'user', '2020-01-01', '2020-01-01')`,
  'whoever is stamped on a row is who asked for it, and when': happened(
    'beds',
    'service_role',
    { label: 'Bed 01' },
    { label: 'Bed 02', updated_at: '2020-01-01', updated_by_user_id: CLINIC_A, actor_kind: 'user' },
  ),
  'no row passes to another organisation, patient or id': happened(
    'beds',
    'none',
    {},
    { id: idOf('bed', 'a', '02') },
  ),
  'of what operations hold nobody else changes anything': happened(
    'invoices',
    'authenticated',
    { case_id: CLINIC_A, status: 'draft' },
    { case_id: CLINIC_A, status: 'issued' },
  ),
  'what is final stays: amounts, terms, texts, ends': happened(
    'payments',
    'none',
    { amount_minor: 1 },
    { amount_minor: 2 },
  ),
  'staff put no consent into force but by a form that somebody else drew up': happened(
    'consents',
    'authenticated',
    { status: 'proposed', legal_basis: 'consent' },
    { status: 'active', legal_basis: 'consent' },
  ),
  'what the patient shut out, only the patient lets in': happened(
    'access_restrictions',
    'authenticated',
    { created_by_user_id: idOf('portal', 'a', '01') },
    { created_by_user_id: idOf('portal', 'a', '01'), lifted_at: '2026-01-01' },
  ),
  'each change of who may come in stands among the security events once, and nothing else does': happened(
    'organisation_members',
    'none',
    { role: 'nurse', is_active: true },
    { role: 'doctor', is_active: true },
  ),
  'whoever writes a row of a clinic belongs there when they do': `
    ${happened('beds', 'authenticated', {}, {})};
    update walk.history set belongs = false where relation = 'beds'`,
  'nobody raises themselves, or makes anybody their equal': `
    ${happened('organisation_members', 'authenticated', { role: 'nurse' }, { role: 'doctor', user_id: idOf('staff', 'a', '03') })};
    update walk.history set subject = '${idOf('staff', 'a', '03')}' where relation = 'organisation_members'`,
  'an invitation is accepted once, in time, by whom it was sent to, and an address has one open': happened(
    'invitations',
    'authenticated',
    { accepted_at: '2026-01-01' },
    { accepted_at: '2026-01-02' },
  ),
  'a portal account is opened by another than proposed it, and ended for good': set(
    'patient_accounts',
    'confirmed_by_user_id = user_id',
    is('account', '01'),
  ),
  'a file is there from when it was brought, at the path of its document, and is known by a digest where it is open':
    set('documents', 'object_id = gen_random_uuid()', is('document', '01')),
  'a ticket that may be redeemed is for a file that is open': `
    ${set('document_read_tickets', `expires_at = now() + interval '1 day'`, is('ticket', '01'))};
    ${set('documents', `status = 'frozen'`, is('document', '01'))}`,
  'what is gone is buried, row for row': happened('beds', 'none', {}, null),
  'nothing is destroyed that somebody has kept': happened(
    'medical_records',
    'none',
    { patient_id: idOf('patient', 'a', '03') },
    null,
  ),
  'tombstones are as they were closed': `
    insert into governance.tombstones (organisation_id, cause, cause_id, relation, row_count, keys_sha256, destroyed_at, destroyed_by)
    values ('${CLINIC_A}', 'retention', '${CLINIC_A}', 'public.beds', 1, repeat('0', 64), '2020-01-01', 'nobody')`,
  'whoever was erased left no login, no grant and no place behind, and nobody is on board under their name': `
    insert into public.subject_requests (organisation_id, patient_id, kind, status, due_at, resolved_at)
    values ('${CLINIC_A}', '${idOf('patient', 'a', '01')}', 'erasure', 'completed', now(), now())`,
  'what was asked of data is answered once, and a hold is released once': happened(
    'legal_holds',
    'authenticated',
    { released_at: '2026-01-01' },
    { released_at: '2026-01-02' },
  ),
  'what operations are shown was told to the patient': 'delete from walk.shown',
};
