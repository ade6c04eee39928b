import { idOf } from '../world.ts';

/** Of the seed's clinic A, whom and what the probes are about. */
export const ANA = idOf('patient', 'a', '01');
export const CHILD = idOf('patient', 'a', '02');
export const CHAI = idOf('patient', 'a', '03');
export const INACTIVE = idOf('patient', 'a', '04');
/** An observation of Ana, with its diagnosis. */
export const RECORD = idOf('record', 'a', '01');
/** Drawn up for Ana, not signed yet. */
export const DRAFT = idOf('form', 'a', '01');
/** Ana's, signed. */
export const SIGNED = idOf('form', 'a', '02');
export const ISSUED = idOf('invoice', 'a', '02');
/** Of a case that operations took over. */
export const FROZEN = idOf('invoice', 'a', '03');
export const FREE_BED = idOf('bed', 'a', '01');
/** Ana's consent to treatment, in force. */
export const TREATMENT = idOf('consent', 'a', '01');
/** Chai's consent to the handoff, in force. */
export const HANDOFF = idOf('consent', 'a', '32');

export const DOCTOR = idOf('staff', 'a', '02');
export const RECEPTIONIST = idOf('staff', 'a', '05');
/** A new number, as free text of a patient's name would be typed with it. */
export const CARD = '4111 1111 1111 1111';
export const CPF = '529.982.247-25';

/** Nobody treats Ana any more. */
export const NOT_TREATING = `update public.care_relationships set ends_at = starts_at + interval '1 microsecond' where patient_id = '${ANA}'`;
export const NO_CONSENT = `update public.consents set status = 'withdrawn' where patient_id = '${ANA}' and status = 'active'`;
/** A window that ends when it starts is never open. */
export const CLOSED = `update public.organisation_settings set business_hours = '{"start": 6, "end": 6}' where organisation_id = '${idOf('organisation', 'a')}'`;
export const BROKEN_GLASS = `insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at)
  values ('${idOf('organisation', 'a')}', '${ANA}', '${DOCTOR}', '3', clock_timestamp() - interval '1 minute', clock_timestamp() + interval '30 minutes')`;

/** Whether somebody reads a diagnosis of Ana. */
export const DIAGNOSES = `select count(*) > 0 from public.medical_record_details where patient_id = '${ANA}'`;

/** Ana signs on the portal what she is shown. */
export const signs = (form: string) =>
  `select public.sign_form('${form}', 'Ana Souza', 'consent', public.preview_form('${form}') ->> 'content_sha256')`;
