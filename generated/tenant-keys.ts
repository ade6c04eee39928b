// DO NOT EDIT. Written by `npm run db:types`.
// What client/kysely.ts pins: the column of each table and view that names its organisation.

/** null: the table belongs to no organisation. */
export const TENANT_KEYS: Readonly<Record<string, string | null>> = {
  "authz.deployment_settings": null,
  "governance.classification": null,
  "public.access_restrictions": "organisation_id",
  "public.appointment_details": "organisation_id",
  "public.appointment_reasons": "organisation_id",
  "public.appointments": "organisation_id",
  "public.care_relationships": "organisation_id",
  "public.consent_purposes": null,
  "public.consents": "organisation_id",
  "public.emergency_access_grants": "organisation_id",
  "public.emergency_access_reasons": "organisation_id",
  "public.medical_record_details": "organisation_id",
  "public.medical_record_overview": "organisation_id",
  "public.medical_records": "organisation_id",
  "public.ops_members": null,
  "public.organisation_directory": "id",
  "public.organisation_members": "organisation_id",
  "public.organisation_networks": "organisation_id",
  "public.organisation_settings": "organisation_id",
  "public.organisations": "id",
  "public.patient_accounts": "organisation_id",
  "public.patient_clinical": "organisation_id",
  "public.patient_identity": "organisation_id",
  "public.patient_profiles": "organisation_id",
  "public.patients": "organisation_id",
  "public.professionals": "organisation_id",
  "public.profiles": null,
  "public.user_clinic_access": "clinic_id",
};
