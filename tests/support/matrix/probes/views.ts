/** Where a view shows the tenant; null: what it shows belongs to none. */
export const VIEW_KEYS: Readonly<Record<string, string | null>> = {
  'public.bypass_alerts': null,
  'public.deployment_events': null,
  'public.access_anomalies': 'organisation_id',
  'public.access_log': 'organisation_id',
  'public.patient_profiles': 'organisation_id',
  'public.appointment_details': 'organisation_id',
  'public.case_timeline': 'organisation_id',
  'public.context_log': 'organisation_id',
  'public.emergency_access_queue': 'organisation_id',
  'public.security_events': 'organisation_id',
  'public.medical_record_overview': 'organisation_id',
  'public.organisation_directory': 'id',
  'public.processing_without_consent': 'organisation_id',
  'public.transfer_job_details': 'organisation_id',
  'public.tombstones': 'organisation_id',
  'public.user_clinic_access': 'clinic_id',
};
