// DO NOT EDIT. Written by `npm run db:types`.
// import type { DB } from 'cordon': the tables and views of schema public, for Kysely over node-postgres.
// bigint arrives as a string, so that no digit is lost; it may be written as string, number or bigint.
// A list goes into a column of JSON as its text (`JSON.stringify`): node-postgres makes an array of PostgreSQL of it.
// A DATE (CalendarDay) arrives as a Date, at midnight where the program runs: `dayOf` of cordon/client tells its day, JSON.stringify another one.
// In views, what the caller may not see is null; write the tables beneath.

import type { ColumnType, GeneratedAlways } from "kysely";

export type ArrayType<T> = ArrayTypeImpl<T> extends (infer U)[]
  ? U[]
  : ArrayTypeImpl<T>;

export type ArrayTypeImpl<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S[], I[], U[]>
  : T[];

export type CalendarDay = ColumnType<Date, Date | string, Date | string>;

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Int8 = ColumnType<string, bigint | number | string, bigint | number | string>;

export type Json = ColumnType<JsonValue, JsonWritten, JsonWritten>;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export type JsonWritten = JsonObject | boolean | number | string;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface AccessAnomalies {
  /**
   * Patients, or refusals: what is compared with the usual.
   */
  amount: Read<Int8 | null>;
  /**
   * Day on the clinic's wall.
   */
  day: Read<CalendarDay | null>;
  /**
   * First record of the day that is counted here.
   */
  first_at: Read<Timestamp | null>;
  /**
   * What is unusual; docs/access-log.md says what each means, and where it is wrong.
   */
  kind: Read<string | null>;
  /**
   * Last record of the day that is counted here.
   */
  last_at: Read<Timestamp | null>;
  organisation_id: Read<string>;
  /**
   * Whose record it was; NULL where it is about a day.
   */
  patient_id: Read<string | null>;
  /**
   * Records disclosed, or refusals.
   */
  records: Read<Int8 | null>;
  /**
   * Who did it: a member of staff.
   */
  user_id: Read<string | null>;
}

export interface AccessLog {
  address_source: Read<string | null>;
  audit_level: Read<string | null>;
  backend_pid: Read<Int8 | null>;
  client_address: Read<string | null>;
  id: Read<string | null>;
  justification: Read<string | null>;
  occurred_at: Read<Timestamp | null>;
  operation: Read<string | null>;
  organisation_id: Read<string | null>;
  outcome: Read<string | null>;
  patient_id: Read<string | null>;
  purpose: Read<string | null>;
  realm: Read<string | null>;
  reason: Read<string | null>;
  role: Read<string | null>;
  row_id: Read<string | null>;
  session_id: Read<string | null>;
  statement_at: Read<Timestamp | null>;
  table_name: Read<string | null>;
  transaction_at: Read<Timestamp | null>;
  transaction_id: Read<Int8 | null>;
  user_agent: Read<string | null>;
  user_id: Read<string | null>;
}

export interface AccessRestrictions {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  /**
   * When the patient took it back; stamped, and final.
   */
  lifted_at: Timestamp | null;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * The member shut out; NULL: nobody may break the glass.
   */
  restricted_user_id: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Admissions {
  actor_kind: Generated<"user" | "system">;
  /**
   * When the patient was admitted; stamped.
   */
  admitted_at: Timestamp | null;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  bed_id: string | null;
  case_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * When the patient was discharged; stamped.
   */
  discharged_at: Timestamp | null;
  /**
   * Where the patient went; given exactly on discharge.
   */
  disposition: "home" | "transferred" | "left_against_advice" | "deceased" | "other" | null;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  status: Generated<"planned" | "admitted" | "discharged" | "cancelled">;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Agreements {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  ends_on: CalendarDay | null;
  id: Generated<string>;
  number: string;
  organisation_id: string;
  payer: string;
  starts_on: CalendarDay;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface AppEvents {
  details: Read<Json | null>;
  event_type: Read<string | null>;
  id: Read<string | null>;
  occurred_at: Read<Timestamp | null>;
  organisation_id: Read<string | null>;
  scrubbed_count: Read<number | null>;
}

export interface AppointmentDetails {
  ends_at: Read<Timestamp>;
  id: Read<string>;
  organisation_id: Read<string>;
  patient_id: Read<string>;
  professional_user_id: Read<string>;
  reason: Read<string | null>;
  starts_at: Read<Timestamp>;
  status: Read<"booked" | "confirmed" | "arrived" | "fulfilled" | "cancelled" | "no_show">;
}

export interface AppointmentReasons {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * The appointment's id.
   */
  id: string;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * PHI.
   */
  reason: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Appointments {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  ends_at: Timestamp;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  professional_user_id: string;
  starts_at: Timestamp;
  status: Generated<"booked" | "confirmed" | "arrived" | "fulfilled" | "cancelled" | "no_show">;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Beds {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  label: string;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  organisation_id: string;
  status: Generated<"available" | "reserved" | "occupied" | "cleaning" | "isolated" | "contaminated" | "closed">;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  ward: string;
}

export interface BypassAlerts {
  actor_login: Read<string | null>;
  actor_user_id: Read<string | null>;
  details: Read<Json | null>;
  event_type: Read<string | null>;
  id: Read<string | null>;
  /**
   * Whether nothing has been recorded of the object since.
   */
  is_latest: Read<boolean | null>;
  object: Read<string | null>;
  occurred_at: Read<Timestamp | null>;
  transaction_id: Read<Int8 | null>;
}

export interface CareRelationships {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * End of the relationship; NULL is open.
   */
  ends_at: Timestamp | null;
  /**
   * What the relationship comes from: assignment, appointment or admission.
   */
  ground: Generated<string>;
  /**
   * The appointment or stay that it comes from, and ends with; NULL for an assignment.
   */
  ground_id: string | null;
  /**
   * The relationship that it was handed on from, and ends with; NULL where a clinic_admin, a visit or a stay gave it.
   */
  handed_from_id: string | null;
  id: Generated<string>;
  kind: "primary" | "consulting" | "nursing" | "covering";
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  starts_at: Generated<Timestamp>;
  /**
   * When a clinic_admin ended it at once by hand, or put it away, before its time: no colleague and no visit gives it back; NULL else.
   */
  taken_off_at: Timestamp | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_id: string;
}

export interface CaseActivityLog {
  actor_kind: Generated<"user" | "system">;
  actor_realm: "provider" | "patient" | "internal_ops" | "system";
  actor_user_id: string | null;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  case_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * The keys of the event's type, all of them and no other. [S-19]
   */
  details: Json;
  entity_id: string;
  entity_type: string;
  /**
   * Entity and event: case.opened, admission.discharged, …; authz.activity_keys lists them.
   */
  event_type: string;
  id: Generated<string>;
  occurred_at: Generated<Timestamp>;
  organisation_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Cases {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * When operations first took it over; stamped, and never changed. [S-18]
   */
  handed_off_at: Timestamp | null;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  /**
   * What people call it; unique in the organisation, capitals, digits and hyphens.
   */
  number: string;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  priority: Generated<"routine" | "urgent" | "emergent" | "critical">;
  /**
   * Why operations reopened it last; asked for anew each time.
   */
  reopen_reason: "new_information" | "clinical_change" | "billing" | "closed_in_error" | null;
  status: Generated<"new" | "triage" | "active" | "awaiting_transfer" | "in_transfer" | "handed_off" | "closed" | "cancelled">;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface CaseTimeline {
  actor_realm: Read<"provider" | "patient" | "internal_ops" | "system">;
  actor_user_id: Read<string | null>;
  case_id: Read<string | null>;
  case_number: Read<string | null>;
  details: Read<Json>;
  entity_id: Read<string>;
  entity_type: Read<string>;
  event_type: Read<string>;
  occurred_at: Read<Timestamp>;
  organisation_id: Read<string>;
}

export interface Claims {
  actor_kind: Generated<"user" | "system">;
  /**
   * Minor units.
   */
  amount_minor: Int8;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  case_id: string;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  currency: string;
  guarantee_id: string;
  id: Generated<string>;
  invoice_id: string;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  organisation_id: string;
  patient_id: string;
  status: Generated<"draft" | "submitted" | "accepted" | "rejected" | "paid">;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface ConsentPurposes {
  actor_kind: Generated<"user" | "system">;
  /**
   * neonpro's name of the purpose.
   */
  alias: string | null;
  /**
   * Legal bases on which the law lets data be used for this purpose (LGPD art. 7, 11); consent always. No caller writes it. [N-45, N-48]
   */
  allowed_bases: Generated<ArrayType<"consent" | "health_protection" | "vital_interest" | "legal_obligation">>;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * Its name for people. What is consented to is the text of a version.
   */
  description: string;
  purpose: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  /**
   * Newest version of its text; kept by consent_purpose_versions.
   */
  version: Generated<number>;
}

export interface ConsentPurposeVersions {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * Domains of the data that the purpose uses: clinical, financial, identity, ops.
   */
  data_categories: Generated<ArrayType<"clinical" | "financial" | "identity" | "ops">>;
  /**
   * What is consented to, as the patient reads it.
   */
  description: string;
  /**
   * Whether consents to earlier versions end when this one takes effect (LGPD art. 8 par. 6).
   */
  is_material: Generated<boolean>;
  purpose: string;
  /**
   * To whom beyond the controller data may go for it.
   */
  recipients: Generated<string[]>;
  /**
   * Class of the retention floor of what is kept for it.
   */
  retention: Generated<"chart" | "consent" | "audit" | "incident" | "financial" | "grant" | "general">;
  /**
   * From when on it holds, at most a year ahead; stamped to now where it would lie in the past, and never before the version it follows.
   */
  takes_effect_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  /**
   * From 1, without gaps; stamped.
   */
  version: number;
}

export interface Consents {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * False: the patient refuses access even in an emergency.
   */
  break_glass_allowed: Generated<boolean>;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * End of the consent; NULL holds until withdrawn. Expiry is computed, not swept.
   */
  expires_at: Timestamp | null;
  /**
   * As whom it was given: what the portal account said, or the form. NULL where the clinic recorded it, or it was given before this was kept. [N-45]
   */
  given_as: "patient" | "guardian" | "representative" | null;
  /**
   * Stamped when it came into force; NULL before, and where that was not recorded yet. [N-45]
   */
  given_at: Timestamp | null;
  /**
   * Login that gave it, on the portal or by signing its form there; stamped, and kept whatever becomes of the consent. NULL where it was signed before a witness, recorded, or given before this was kept. [N-45]
   */
  given_by_user_id: string | null;
  /**
   * portal: the patient, on their login. signed_form: by the signature of its form. recorded: by the server, or on another legal basis.
   */
  given_how: "portal" | "signed_form" | "recorded" | null;
  id: Generated<string>;
  /**
   * Why the organisation relies on another legal basis than consent (LGPD art. 11 II).
   */
  justification: string | null;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  /**
   * Ground of processing; other than consent only where the law gives it (LGPD art. 11 II). [N-45]
   */
  legal_basis: Generated<"consent" | "health_protection" | "vital_interest" | "legal_obligation">;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  purpose: string;
  /**
   * The text consented to: the newest when it was proposed; stamped. [N-45]
   */
  purpose_version: Generated<number>;
  /**
   * The form that carries it; NULL where the patient consents on the portal alone. [N-45]
   */
  signed_form_id: string | null;
  status: Generated<"proposed" | "active" | "withdrawn" | "expired" | "rejected" | "entered_in_error">;
  /**
   * When a material change of its purpose ends it; computed, NULL where none was announced. [N-45]
   */
  superseded_at: Timestamp | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  /**
   * How staff were asked to withdraw it, or why; patients need not say.
   */
  withdrawal_reason: string | null;
  /**
   * Stamped when withdrawn. [N-50]
   */
  withdrawn_at: Timestamp | null;
}

export interface ContextLog {
  address_source: Read<string | null>;
  client_address: Read<string | null>;
  id: Read<string | null>;
  occurred_at: Read<Timestamp | null>;
  organisation_id: Read<string | null>;
  purpose: Read<string | null>;
  realm: Read<string | null>;
  session_id: Read<string | null>;
  transaction_id: Read<Int8 | null>;
  user_agent: Read<string | null>;
  user_id: Read<string | null>;
}

export interface CrewMembers {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  duty: "driver" | "paramedic" | "nurse" | "physician";
  id: Generated<string>;
  organisation_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_id: string;
}

export interface DeploymentEvents {
  actor_login: Read<string | null>;
  actor_realm: Read<string | null>;
  actor_user_id: Read<string | null>;
  details: Read<Json | null>;
  event_type: Read<string | null>;
  id: Read<string | null>;
  object: Read<string | null>;
  occurred_at: Read<Timestamp | null>;
  transaction_id: Read<Int8 | null>;
}

export interface Disclosures {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * What went: tables or fields, no values.
   */
  content: string[];
  /**
   * SHA-256 of an export's content, so that a copy can be told.
   */
  content_sha256: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  disclosed_at: Generated<Timestamp>;
  id: Generated<string>;
  /**
   * The order, or the law, that asked for it: always of an authority.
   */
  legal_ground: string | null;
  organisation_id: string;
  patient_id: string;
  /**
   * A purpose of consent_purposes, or subject_access, legal_obligation or audit.
   */
  purpose: string;
  /**
   * What the recipient is.
   */
  recipient_kind: "patient" | "clinic" | "transport" | "operations" | "insurer" | "auditor" | "authority";
  /**
   * Name, and address where it is known, of who received it, where neither organisation nor login says so; never the patient's.
   */
  recipient_name: string | null;
  /**
   * The organisation that received it, where it is one of ours.
   */
  recipient_organisation_id: string | null;
  /**
   * The login that took it, for exports.
   */
  recipient_user_id: string | null;
  /**
   * The row of source_table, where there is one; of an export of a person the request that it answers, of a case's timeline the case.
   */
  source_id: string | null;
  /**
   * What it was handed out through: a table, or the function that exports.
   */
  source_table: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface DocumentReadTickets {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * Which document; its row may be gone by now.
   */
  document_id: string;
  /**
   * Sixty seconds after it was issued. [S-09]
   */
  expires_at: Timestamp;
  id: Generated<string>;
  organisation_id: string;
  patient_id: string;
  /**
   * What the session said that it was for; NULL: nothing. [N-48]
   */
  purpose: string | null;
  /**
   * provider signs with their own token; patient and internal_ops through a server.
   */
  realm: "provider" | "patient" | "internal_ops";
  /**
   * When a server took it to sign; once.
   */
  redeemed_at: Timestamp | null;
  /**
   * When what it opened was closed to its holder. [N-50]
   */
  revoked_at: Timestamp | null;
  /**
   * In which session.
   */
  session_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  /**
   * Who may have it signed.
   */
  user_id: string;
}

export interface Documents {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * The private bucket; never a URL. [S-06, S-10]
   */
  bucket: Generated<"patient-documents">;
  /**
   * As Storage recorded it.
   */
  content_type: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * As the uploader called it, for people; no part of the path. May name a person: PHI.
   */
  file_name: string;
  id: Generated<string>;
  /**
   * Whether its kind is financial: the policy of finance compares this.
   */
  is_financial: GeneratedAlways<boolean>;
  /**
   * What it is; invoice, receipt and insurance are financial.
   */
  kind: "report" | "image" | "referral" | "prescription" | "consent" | "identity" | "other" | "invoice" | "receipt" | "insurance";
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  /**
   * Random; the last part of the path.
   */
  object_id: Generated<string>;
  /**
   * organisation/patient/document/random: the name of the object in the bucket. [S-07]
   */
  object_path: GeneratedAlways<string>;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * SHA-256 of the file, 64 hexadecimal digits; never changes once set. [S-31]
   */
  sha256: string | null;
  /**
   * When a server has read the file and found the same digest; NULL: the uploader says so. [S-31]
   */
  sha256_verified_at: Timestamp | null;
  /**
   * As Storage counted it; bytes.
   */
  size_bytes: Int8 | null;
  /**
   * pending: granted; uploaded: in Storage; active: its digest is known; frozen: opens to nobody for now; rejected: another file than its digest says; withdrawn.
   */
  status: Generated<"pending" | "uploaded" | "active" | "frozen" | "rejected" | "withdrawn">;
  /**
   * Why it was frozen, released or withdrawn; no names.
   */
  status_reason: string | null;
  /**
   * Projection of consents, kept by trigger: until when consent to treatment holds. [N-45]
   */
  treatment_consent_until: Timestamp | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  /**
   * Who was granted the upload.
   */
  uploaded_by_user_id: string | null;
}

export interface DocumentUploadGrants {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * The type that the file must have; NULL: any that the bucket takes.
   */
  content_type: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  document_id: string;
  /**
   * By when the upload must be complete.
   */
  expires_at: Timestamp;
  id: Generated<string>;
  organisation_id: string;
  patient_id: string;
  /**
   * The session that asked.
   */
  session_id: string;
  /**
   * How many bytes it must have; NULL: as many as the bucket takes.
   */
  size_bytes: Int8 | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  /**
   * When it was used; NULL: not yet. Never again NULL.
   */
  used_at: Timestamp | null;
  /**
   * Who may upload, and nobody else.
   */
  user_id: string;
}

export interface EmergencyAccessGrants {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * When its holder or a reviewer ended it.
   */
  ended_at: Timestamp | null;
  /**
   * When access ends by itself; at most 60 minutes later.
   */
  expires_at: Timestamp;
  id: Generated<string>;
  /**
   * When the glass was broken.
   */
  opened_at: Timestamp;
  /**
   * The transaction that broke it, which reads nothing by it: rolled back, it would leave no trace.
   */
  opened_in: Generated<string>;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * NULL until somebody else has judged it: justified or unjustified.
   */
  review_outcome: "justified" | "unjustified" | null;
  reviewed_at: Timestamp | null;
  /**
   * Never the holder (four eyes).
   */
  reviewed_by_user_id: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_id: string;
}

export interface EmergencyAccessQueue {
  due_at: Read<Timestamp | null>;
  ends_at: Read<Timestamp | null>;
  grant_id: Read<string>;
  is_overdue: Read<boolean | null>;
  /**
   * Whether the reader may: never their own.
   */
  may_review: Read<boolean | null>;
  opened_at: Read<Timestamp>;
  organisation_id: Read<string>;
  patient_id: Read<string>;
  /**
   * Who else may: a live clinic_admin or privacy officer who did not break it. Empty: nobody, until somebody is made one.
   */
  reviewer_user_ids: Read<string[] | null>;
  user_id: Read<string>;
}

export interface EmergencyAccessReasons {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * The grant's id.
   */
  id: string;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * In the words of who broke it; PHI.
   */
  reason: string;
  /**
   * In the words of who judged it; PHI.
   */
  review_note: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface FormTemplates {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  body: string;
  /**
   * SHA-256 of body in UTF-8, hexadecimal; stamped. [S-31]
   */
  body_sha256: string;
  code: string;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  /**
   * consent, financial, or aob (assignment of benefits).
   */
  kind: "consent" | "financial" | "aob";
  language: string;
  /**
   * Purposes whose consents a form of it can carry. [N-45]
   */
  purposes: Generated<string[]>;
  title: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  version: number;
}

export interface GuaranteesOfPayment {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  case_id: string;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  currency: string;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  /**
   * Up to how much, in minor units.
   */
  limit_minor: Int8;
  organisation_id: string;
  patient_id: string;
  payer: string;
  /**
   * RESTRICTED: the insurer's number of the policy.
   */
  policy_number: string | null;
  status: Generated<"requested" | "granted" | "declined" | "revoked">;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Invitations {
  accepted_at: Timestamp | null;
  /**
   * Who became a member by it.
   */
  accepted_by_user_id: string | null;
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  capabilities: Generated<ArrayType<"finance" | "transport" | "break_glass" | "privacy_officer" | "insights_admin" | "auditor">>;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * As authz.normal_address spells it.
   */
  email: string;
  expires_at: Timestamp;
  id: Generated<string>;
  organisation_id: string;
  /**
   * Rank of the role; nobody invites at or above their own. [N-05]
   */
  rank: GeneratedAlways<number>;
  role: "clinic_admin" | "doctor" | "nurse" | "assistant" | "receptionist";
  /**
   * SHA-256 of the token, in hexadecimal digits; the token is told once.
   */
  sha256: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface InvoiceLines {
  actor_kind: Generated<"user" | "system">;
  /**
   * Quantity times price.
   */
  amount_minor: GeneratedAlways<Int8>;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * The invoice's, kept by trigger. [S-34]
   */
  case_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  description: string;
  id: Generated<string>;
  invoice_id: string;
  organisation_id: string;
  patient_id: string;
  quantity: Generated<Int8>;
  /**
   * Price of one, in minor units of the invoice's currency.
   */
  unit_minor: Int8;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Invoices {
  actor_kind: Generated<"user" | "system">;
  agreement_id: string | null;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * Set by attach_invoice; once set, the clinic's writes change nothing. [S-34, S-35]
   */
  case_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * ISO 4217.
   */
  currency: string;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  number: string;
  organisation_id: string;
  /**
   * Sum of the payments in minor units; kept by trigger.
   */
  paid_minor: Generated<Int8>;
  patient_id: string;
  /**
   * issued, partially_paid or paid follows from the payments.
   */
  status: Generated<"draft" | "issued" | "partially_paid" | "paid" | "void">;
  /**
   * Sum of the lines in minor units; kept by trigger.
   */
  total_minor: Generated<Int8>;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface LegalHolds {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  organisation_id: string;
  /**
   * Whose data is held; NULL holds everything of the organisation.
   */
  patient_id: string | null;
  /**
   * Which dispute or order.
   */
  reason: string;
  /**
   * Stamped when it was released; final.
   */
  released_at: Timestamp | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface MedicalRecordDetails {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * Classification codes such as ICD-10; PHI.
   */
  codes: Generated<string[]>;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * PHI.
   */
  diagnosis: string;
  /**
   * The record's id.
   */
  id: string;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * PHI; for involved physicians alone. [N-21]
   */
  physician_notes: string | null;
  /**
   * Projection of consents, kept by trigger: until when consent to treatment holds. [N-45]
   */
  treatment_consent_until: Timestamp | null;
  /**
   * PHI.
   */
  treatment_plan: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface MedicalRecordOverview {
  author_name: Read<string | null>;
  codes: Read<string[] | null>;
  created_at: Read<Timestamp>;
  created_by_user_id: Read<string | null>;
  diagnosis: Read<string | null>;
  id: Read<string>;
  medications: Read<Json>;
  occurred_at: Read<Timestamp | null>;
  organisation_id: Read<string>;
  patient_id: Read<string>;
  physician_notes: Read<string | null>;
  record_type: Read<"consultation" | "observation" | "procedure" | "prescription" | "discharge_summary">;
  segments: Read<ArrayType<"HIV" | "PSY" | "SDV" | "ETH">>;
  supersedes_id: Read<string | null>;
  treatment_plan: Read<string | null>;
  version: Read<number>;
  vitals: Read<Json>;
}

export interface MedicalRecords {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * Who wrote it, with their licence, in the system that it came from; the import's alone to say. PHI.
   */
  author_name: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  /**
   * Whether any segment protects it: a nurse's policy compares this.
   */
  is_segmented: GeneratedAlways<boolean>;
  /**
   * What was given or prescribed; PHI.
   */
  medications: Generated<Json>;
  /**
   * When the care was, where that is told; NULL: when it was written down, created_at. Never in the future.
   */
  occurred_at: Timestamp | null;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  record_type: "consultation" | "observation" | "procedure" | "prescription" | "discharge_summary";
  /**
   * Specially protected kinds (HL7 ActCode): HIV, PSY psychiatry, SDV sexual assault and domestic violence, ETH substance abuse.
   */
  segments: Generated<ArrayType<"HIV" | "PSY" | "SDV" | "ETH">>;
  /**
   * The version that this one corrects, of the same patient.
   */
  supersedes_id: string | null;
  /**
   * Projection of consents, kept by trigger: until when consent to treatment holds. [N-45]
   */
  treatment_consent_until: Timestamp | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  /**
   * One more than what it supersedes; numbered by trigger.
   */
  version: Generated<number>;
  /**
   * Measurements by name; PHI.
   */
  vitals: Generated<Json>;
}

export interface OpsMembers {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  is_active: Generated<boolean>;
  role: "admin" | "ops_agent" | "auditor";
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_id: string;
}

export interface OrganisationDirectory {
  country: Read<string>;
  id: Read<string>;
  name: Read<string>;
}

export interface OrganisationMembers {
  /**
   * When the member agreed; until then the membership opens nothing. [N-22]
   */
  accepted_at: Timestamp | null;
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * What no rank says: finance, transport, break_glass, privacy_officer, insights_admin, auditor.
   */
  capabilities: Generated<ArrayType<"finance" | "transport" | "break_glass" | "privacy_officer" | "insights_admin" | "auditor">>;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  is_active: Generated<boolean>;
  organisation_id: string;
  /**
   * Rank of the role; nobody grants at or above their own. [N-05]
   */
  rank: GeneratedAlways<number>;
  role: "clinic_admin" | "doctor" | "nurse" | "assistant" | "receptionist";
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_id: string;
  /**
   * End of a temporary membership; NULL has none.
   */
  valid_until: Timestamp | null;
}

export interface OrganisationNetworks {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  cidr: string;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  label: string | null;
  mode: "allow" | "deny";
  organisation_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Organisations {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * ISO 3166-1 alpha-2.
   */
  country: string;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  kind: "clinic" | "transport" | "command_center" | "insurer";
  name: string;
  /**
   * Data protection law that governs the organisation.
   */
  regime: "lgpd" | "hipaa" | "gdpr" | "pdpa" | "other";
  /**
   * IANA zone; hours in rules are read in it.
   */
  timezone: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface OrganisationSettings {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * Hours 0 to 24 in the organisation's zone, half-open: {"start", "end"}.
   */
  business_hours: Generated<Json>;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * Legal bases that the organisation relies on for health data; consent alone unless it says otherwise (LGPD art. 11 II). [N-45]
   */
  legal_bases: Generated<ArrayType<"consent" | "health_protection" | "vital_interest" | "legal_obligation">>;
  modules: Generated<string[]>;
  organisation_id: string;
  /**
   * How to reach who answers for privacy (LGPD art. 41); on every consent receipt.
   */
  privacy_contact: string | null;
  /**
   * Off unless the organisation switched it on. [S-21]
   */
  smart_insights_enabled: Generated<boolean>;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface PatientAccounts {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * Stamped when a second member confirms; until then it opens nothing. [N-15]
   */
  confirmed_at: Timestamp | null;
  confirmed_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * The day on which whoever confirmed it lets it end; NULL until it is revoked, and of a guardian until the patient comes of age. Once it is over it stays so. [N-15]
   */
  ends_at: Timestamp | null;
  id: Generated<string>;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  relationship: "self" | "guardian" | "proxy";
  /**
   * Set to end the account; it stays closed. [N-15]
   */
  revoked_at: Timestamp | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_id: string;
}

export interface PatientClinical {
  actor_kind: Generated<"user" | "system">;
  /**
   * PHI.
   */
  alerts: string | null;
  /**
   * PHI.
   */
  allergies: string | null;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * The patient's id.
   */
  id: string;
  organisation_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * Projection of consents, kept by trigger: until when treatment is consented to, NULL never. [N-45]
   */
  treatment_consent_until: Timestamp | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface PatientIdentity {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * PHI.
   */
  birth_date: CalendarDay | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * PHI.
   */
  email: string | null;
  /**
   * The patient's id.
   */
  id: string;
  /**
   * Last four characters of an identity document, never more. [S-38]
   */
  id_last4: string | null;
  /**
   * ISO 3166-1 alpha-2. PHI.
   */
  nationality: string | null;
  organisation_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * PHI.
   */
  phone: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface PatientProfiles {
  alerts: Read<string | null>;
  allergies: Read<string | null>;
  birth_date: Read<CalendarDay | null>;
  email: Read<string | null>;
  full_name: Read<string>;
  id: Read<string>;
  id_last4: Read<string | null>;
  language: Read<string>;
  mrn: Read<string>;
  nationality: Read<string | null>;
  organisation_id: Read<string>;
  phone: Read<string | null>;
  status: Read<"active" | "inactive">;
}

export interface Patients {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * PHI.
   */
  full_name: string;
  id: Generated<string>;
  /**
   * BCP 47.
   */
  language: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  /**
   * Medical record number, unique in the organisation. PHI.
   */
  mrn: string;
  /**
   * Lower-case name for prefix search. PHI.
   */
  name_key: GeneratedAlways<string>;
  organisation_id: string;
  /**
   * inactive: hidden from all staff but clinic_admin. [N-27]
   */
  status: Generated<"active" | "inactive">;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Payments {
  actor_kind: Generated<"user" | "system">;
  /**
   * Minor units of the invoice's currency.
   */
  amount_minor: Int8;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * The invoice's, kept by trigger. [S-34]
   */
  case_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  invoice_id: string;
  method: "cash" | "card" | "transfer" | "insurer";
  organisation_id: string;
  patient_id: string;
  /**
   * Who recorded it; stamped. [S-16]
   */
  recorded_by_user_id: string | null;
  terminal_reference: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface ProcessingWithoutConsent {
  consent_id: Read<string>;
  justification: Read<string | null>;
  legal_basis: Read<"consent" | "health_protection" | "vital_interest" | "legal_obligation">;
  organisation_id: Read<string>;
  patient_id: Read<string>;
  purpose: Read<string>;
  recorded_by_user_id: Read<string | null>;
  since: Read<Timestamp | null>;
}

export interface Professionals {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  council: string;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  licence: string;
  organisation_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_id: string;
}

export interface Profiles {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  display_name: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_id: string;
}

export interface RetentionExtensions {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  /**
   * Months; the longer of this and the law's floor wins.
   */
  keep_months: number;
  organisation_id: string;
  /**
   * Which contract or policy.
   */
  reason: string;
  /**
   * Class: governance.classification.retention.
   */
  retention: "chart" | "consent" | "audit" | "incident" | "financial" | "grant" | "general";
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface SecurityEvents {
  actor_realm: Read<string | null>;
  actor_user_id: Read<string | null>;
  address_source: Read<string | null>;
  client_address: Read<string | null>;
  details: Read<Json | null>;
  entity_id: Read<string | null>;
  event_type: Read<string | null>;
  id: Read<string | null>;
  occurred_at: Read<Timestamp | null>;
  organisation_id: Read<string | null>;
  session_id: Read<string | null>;
  transaction_id: Read<Int8 | null>;
  user_agent: Read<string | null>;
}

export interface SecurityIncidents {
  actor_kind: Generated<"user" | "system">;
  /**
   * How many people, as far as known.
   */
  affected_count: number | null;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * Stamped when its status became notified.
   */
  authority_notified_at: Timestamp | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * What kinds of data, of which people.
   */
  data_nature: string | null;
  /**
   * When the organisation learnt of it; fixed, and never in the future.
   */
  detected_at: Generated<Timestamp>;
  /**
   * Why it was dismissed; the last time, where it was opened again.
   */
  dismissal_reason: string | null;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  /**
   * What was done against it, before and after.
   */
  measures: string | null;
  /**
   * By when authority and people must be told; computed from governance.deadlines, whatever is sent.
   */
  notify_by: Generated<Timestamp>;
  organisation_id: string;
  /**
   * What may come of it for them.
   */
  risks: string | null;
  status: Generated<"open" | "notified" | "dismissed" | "closed">;
  /**
   * Why the people were not told.
   */
  subjects_not_told_reason: string | null;
  /**
   * When the people were told: not before it was detected, and never in the future.
   */
  subjects_notified_at: Timestamp | null;
  /**
   * What happened, without data of anybody.
   */
  summary: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface SignedFormEvidence {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: string;
  /**
   * edge: the header that the deployment trusts said so; unknown: there was none, and no address is believed. [S-32]
   */
  ip_source: "edge" | "unknown";
  organisation_id: string;
  patient_id: string;
  /**
   * The whole signature as one JSON text, byte for byte: digests, name, meaning, time, users, session, address. [S-31]
   */
  record: string;
  /**
   * SHA-256 of record in UTF-8, hexadecimal: the receipt that the signer takes away. [S-31]
   */
  record_sha256: string;
  signed_ip: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  user_agent: string | null;
}

export interface SignedForms {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  /**
   * As whom they sign; of a portal login, what its account says.
   */
  capacity: Generated<"patient" | "guardian" | "representative">;
  case_id: string | null;
  /**
   * What was signed, byte for byte: a JSON text of the template, the patient and the consents it carries. [S-31]
   */
  content: string | null;
  /**
   * SHA-256 of content in UTF-8, hexadecimal. [S-31]
   */
  content_sha256: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * The document that it speaks of, whose digest is signed with it; NULL where it speaks of none. [S-31]
   */
  document_id: string | null;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  /**
   * What the signature stands for (21 CFR 11.50).
   */
  meaning: "consent" | "acknowledgement" | "financial_responsibility" | "assignment_of_benefits" | null;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * The server's clock. [S-31]
   */
  signed_at: Timestamp | null;
  /**
   * The portal login that signed; NULL before a witness.
   */
  signed_by_user_id: string | null;
  status: Generated<"draft" | "active" | "terminated">;
  template_id: string;
  terminated_at: Timestamp | null;
  terminated_by_user_id: string | null;
  termination_reason: string | null;
  /**
   * As the signer typed it. [S-31]
   */
  typed_name: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  /**
   * Who of the clinic saw the patient sign; never who drew up the form or proposed what it carries.
   */
  witness_user_id: string | null;
}

export interface SubjectRequestEvidence {
  actor_kind: Generated<"user" | "system">;
  /**
   * What was answered.
   */
  answer: string | null;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * How who asked showed who they are, and what they brought.
   */
  evidence: string | null;
  id: string;
  organisation_id: string;
  patient_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface SubjectRequests {
  actor_kind: Generated<"user" | "system">;
  /**
   * Where it was completed by another way than the one that the database sees: how.
   */
  answered_otherwise: string | null;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * By when it is to be answered: the law's deadline, or the house's where the law names none; computed from governance.deadlines, whatever is sent.
   */
  due_at: Generated<Timestamp>;
  id: Generated<string>;
  /**
   * What is asked: confirmation (LGPD art. 18 I), access (II), correction (III), anonymisation, blocking too (IV), portability (V), erasure (VI), sharing_list (VII), consent_information (VIII), objection (par. 2), restriction (GDPR art. 18).
   */
  kind: "confirmation" | "access" | "correction" | "anonymisation" | "erasure" | "portability" | "sharing_list" | "consent_information" | "restriction" | "objection";
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  organisation_id: string;
  patient_id: string;
  /**
   * Where it was refused: on which legal ground.
   */
  refusal_basis: string | null;
  /**
   * Stamped when it was completed or refused.
   */
  resolved_at: Timestamp | null;
  status: Generated<"received" | "in_progress" | "completed" | "refused">;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Tombstones {
  cause: Read<string | null>;
  cause_id: Read<string | null>;
  column_name: Read<string | null>;
  destroyed_at: Read<Timestamp | null>;
  destroyed_by: Read<string | null>;
  id: Read<string | null>;
  keys_sha256: Read<string | null>;
  organisation_id: Read<string | null>;
  record_keys: Read<string[] | null>;
  relation: Read<string | null>;
  row_count: Read<Int8 | null>;
}

export interface TransferJobDetails {
  expires_at: Read<Timestamp>;
  id: Read<string>;
  language: Read<string | null>;
  organisation_id: Read<string>;
  origin_organisation_id: Read<string>;
  packet: Read<Json>;
  patient_name: Read<string | null>;
  status: Read<"dispatched" | "picked_up" | "delivered" | "cancelled">;
  transfer_id: Read<string>;
}

export interface TransferJobPatients {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  expires_at: Timestamp;
  id: string;
  language: string | null;
  organisation_id: string;
  origin_organisation_id: string;
  /**
   * NULL once the consent, the job, or the patient's record is at its end. [N-50]
   */
  patient_name: string | null;
  transfer_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface TransferJobs {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * From then on nobody sees the job: a day after the pickup, an hour after its end. [N-24]
   */
  expires_at: Timestamp;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  organisation_id: string;
  /**
   * The clinic that sends the patient.
   */
  origin_organisation_id: string;
  /**
   * pickup, destination, pickup_at, mobility, priority, and nothing that names anyone. [N-24]
   */
  packet: Json;
  status: Generated<"dispatched" | "picked_up" | "delivered" | "cancelled">;
  /**
   * The transfer there: a reference, and nothing that opens it.
   */
  transfer_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface Transfers {
  actor_kind: Generated<"user" | "system">;
  admission_id: string | null;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  case_id: string;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  /**
   * Where to: a place, never a person. [S-39]
   */
  destination: string;
  id: Generated<string>;
  last_status_change_at: Timestamp | null;
  last_status_change_by_user_id: string | null;
  mobility: Generated<"walking" | "wheelchair" | "stretcher" | "incubator">;
  organisation_id: string;
  patient_id: string;
  /**
   * Projection of the patient, kept by trigger: archived, or the patient's status. [N-27]
   */
  patient_status: Generated<"active" | "inactive" | "archived">;
  /**
   * Where from: a place, never a person. [S-39]
   */
  pickup: string;
  /**
   * When the patient is to be fetched; NULL: as soon as possible.
   */
  pickup_at: Timestamp | null;
  /**
   * From dispatched to delivered it follows the job of the transport company. [S-18]
   */
  status: Generated<"requested" | "accepted" | "declined" | "dispatched" | "picked_up" | "delivered" | "completed" | "cancelled">;
  /**
   * Who drives; set by dispatch_transfer, which hands them a packet in their own tenant. [N-24]
   */
  transport_organisation_id: string | null;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface UserClinicAccess {
  clinic_id: Read<string>;
  is_active: Read<boolean>;
  role: Read<"clinic_admin" | "doctor" | "nurse" | "assistant" | "receptionist">;
  user_id: Read<string>;
}

export interface VehicleAssignments {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  attendant_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  driver_id: string;
  id: Generated<string>;
  organisation_id: string;
  /**
   * When they were free again; stamped when the job ends.
   */
  released_at: Timestamp | null;
  transfer_job_id: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
  vehicle_id: string;
}

export interface Vehicles {
  actor_kind: Generated<"user" | "system">;
  archived_at: Timestamp | null;
  archived_by_user_id: string | null;
  created_at: Generated<Timestamp>;
  created_by_user_id: string | null;
  id: Generated<string>;
  kind: Generated<"ambulance" | "van" | "car" | "boat" | "helicopter" | "aeroplane">;
  organisation_id: string;
  /**
   * Capitals, digits and hyphens; unique in the organisation.
   */
  registration: string;
  updated_at: Generated<Timestamp>;
  updated_by_user_id: string | null;
}

export interface DB {
  access_anomalies: AccessAnomalies;
  access_log: AccessLog;
  access_restrictions: AccessRestrictions;
  admissions: Admissions;
  agreements: Agreements;
  app_events: AppEvents;
  appointment_details: AppointmentDetails;
  appointment_reasons: AppointmentReasons;
  appointments: Appointments;
  beds: Beds;
  bypass_alerts: BypassAlerts;
  care_relationships: CareRelationships;
  case_activity_log: CaseActivityLog;
  case_timeline: CaseTimeline;
  cases: Cases;
  claims: Claims;
  consent_purpose_versions: ConsentPurposeVersions;
  consent_purposes: ConsentPurposes;
  consents: Consents;
  context_log: ContextLog;
  crew_members: CrewMembers;
  deployment_events: DeploymentEvents;
  disclosures: Disclosures;
  document_read_tickets: DocumentReadTickets;
  document_upload_grants: DocumentUploadGrants;
  documents: Documents;
  emergency_access_grants: EmergencyAccessGrants;
  emergency_access_queue: EmergencyAccessQueue;
  emergency_access_reasons: EmergencyAccessReasons;
  form_templates: FormTemplates;
  guarantees_of_payment: GuaranteesOfPayment;
  invitations: Invitations;
  invoice_lines: InvoiceLines;
  invoices: Invoices;
  legal_holds: LegalHolds;
  medical_record_details: MedicalRecordDetails;
  medical_record_overview: MedicalRecordOverview;
  medical_records: MedicalRecords;
  ops_members: OpsMembers;
  organisation_directory: OrganisationDirectory;
  organisation_members: OrganisationMembers;
  organisation_networks: OrganisationNetworks;
  organisation_settings: OrganisationSettings;
  organisations: Organisations;
  patient_accounts: PatientAccounts;
  patient_clinical: PatientClinical;
  patient_identity: PatientIdentity;
  patient_profiles: PatientProfiles;
  patients: Patients;
  payments: Payments;
  processing_without_consent: ProcessingWithoutConsent;
  professionals: Professionals;
  profiles: Profiles;
  retention_extensions: RetentionExtensions;
  security_events: SecurityEvents;
  security_incidents: SecurityIncidents;
  signed_form_evidence: SignedFormEvidence;
  signed_forms: SignedForms;
  subject_request_evidence: SubjectRequestEvidence;
  subject_requests: SubjectRequests;
  tombstones: Tombstones;
  transfer_job_details: TransferJobDetails;
  transfer_job_patients: TransferJobPatients;
  transfer_jobs: TransferJobs;
  transfers: Transfers;
  user_clinic_access: UserClinicAccess;
  vehicle_assignments: VehicleAssignments;
  vehicles: Vehicles;
}

/** What no value is. */
export interface Unwritten { readonly unwritten: never }

/** A column of a view that nobody writes. */
export type Read<T> = ColumnType<T extends ColumnType<infer S, any, any> ? S : T, Unwritten, never>;
