/** Where a view shows the tenant. */
export const VIEW_KEYS: Readonly<Record<string, string>> = {
  'public.access_records': 'organisation_id',
  'public.patient_profiles': 'organisation_id',
  'public.appointment_details': 'organisation_id',
  'public.case_timeline': 'organisation_id',
  'public.medical_record_overview': 'organisation_id',
  'public.organisation_directory': 'id',
  'public.processing_without_consent': 'organisation_id',
  'public.transfer_job_details': 'organisation_id',
  'public.user_clinic_access': 'clinic_id',
};
