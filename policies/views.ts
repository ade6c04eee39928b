import { defineView } from './vocabulary.ts';

/** A patient with what the caller may see of identity and health; the rest is NULL. */
export const patientProfiles = defineView({
  viewName: 'patient_profiles',
  over: ['patients', 'patient_identity', 'patient_clinical'],
  readers: { provider: 'all', patient: 'all', internal_ops: 'all', service: 'all' },
  requirements: ['N-01', 'N-19'],
});

/** An appointment with its reason where the caller may see it. */
export const appointmentDetails = defineView({
  viewName: 'appointment_details',
  over: ['appointments', 'appointment_reasons'],
  readers: { provider: 'all', patient: 'all', service: 'all' },
  requirements: ['N-01', 'N-19'],
});

/** A record with its diagnosis where the caller may see it. */
export const medicalRecordOverview = defineView({
  viewName: 'medical_record_overview',
  over: ['medical_records', 'medical_record_details'],
  readers: { provider: 'all', patient: 'all', service: 'all' },
  requirements: ['N-01', 'N-19'],
});

/** What anybody may know about an organisation. Who is signed in sees those within their own reach. */
export const organisationDirectory = defineView({
  viewName: 'organisation_directory',
  over: ['organisations'],
  readers: { provider: 'all', patient: 'all', internal_ops: 'all', anon: 'all', service: 'all' },
  requirements: ['N-17'],
});

/** What happened in a case, in order: the activity log itself, for timeline and auditor alike. */
export const caseTimeline = defineView({
  viewName: 'case_timeline',
  over: ['case_activity_log', 'cases'],
  readers: { provider: 'all', internal_ops: 'all', service: 'all' },
  requirements: ['S-20'],
});

/** A job with the name of who is driven, where the caller may know it. */
export const transferJobDetails = defineView({
  viewName: 'transfer_job_details',
  over: ['transfer_jobs', 'transfer_job_patients'],
  readers: { provider: 'all', service: 'all' },
  requirements: ['N-24'],
});

/** The access log, for whom it concerns. */
export const accessLogView = defineView({
  viewName: 'access_log',
  over: ['audit.access_log'],
  readers: { provider: 'all', internal_ops: 'all' },
  requirements: ['N-35', 'N-47'],
});

/** What somebody should look at, of the access log. */
export const accessAnomalies = defineView({
  viewName: 'access_anomalies',
  over: [
    'audit.access_log',
    'organisations',
    'organisation_settings',
    'organisation_members',
    'profiles',
    'patients',
    'patient_accounts',
  ],
  readers: { provider: 'all' },
  requirements: ['N-39'],
});

/** Who chose to act where: what set_context recorded. */
export const contextLogView = defineView({
  viewName: 'context_log',
  over: ['audit.context_log'],
  readers: { provider: 'all', internal_ops: 'all' },
  requirements: ['N-36'],
});

/** What the application's server said of itself, scrubbed. */
export const appEventsView = defineView({
  viewName: 'app_events',
  over: ['audit.app_events'],
  readers: { provider: 'all', internal_ops: 'all' },
  requirements: ['S-39'],
});

/** What bears on who may do what, as it was recorded. */
export const securityEventsView = defineView({
  viewName: 'security_events',
  over: ['audit.security_events'],
  readers: { provider: 'all', internal_ops: 'all' },
  requirements: ['N-37'],
});

/** What erasure and retention destroyed, without its content. */
export const tombstonesView = defineView({
  viewName: 'tombstones',
  over: ['governance.tombstones'],
  readers: { provider: 'all' },
  requirements: ['N-49'],
});

/** What was set otherwise for every organisation at once, and what the catalog no longer holds. */
export const deploymentEventsView = defineView({
  viewName: 'deployment_events',
  over: ['audit.deployment_events'],
  readers: { internal_ops: 'all' },
  requirements: ['N-37', 'N-54'],
});

/** What lets somebody past the policies, of the events of the deployment. */
export const bypassAlerts = defineView({
  viewName: 'bypass_alerts',
  over: ['audit.deployment_events'],
  readers: { internal_ops: 'all' },
  requirements: ['N-54'],
});

/** Broken glass that nobody has judged yet, with its deadline and who may judge it. */
export const emergencyAccessQueue = defineView({
  viewName: 'emergency_access_queue',
  over: ['emergency_access_grants', 'organisation_members'],
  readers: { provider: 'all' },
  requirements: ['N-18', 'N-37'],
});

/** neonpro's name of a membership. */
export const userClinicAccess = defineView({
  viewName: 'user_clinic_access',
  over: ['organisation_members'],
  readers: { provider: 'all', service: 'all' },
  requirements: ['N-22'],
});

/** Memberships that count now: what authz looks up. */
export const liveMemberships = defineView({
  schema: 'authz',
  viewName: 'live_memberships',
  over: ['organisation_members', 'organisations'],
  readers: { definer: 'all' },
  requirements: ['N-16', 'N-22'],
});

/** Sessions that count now: what authz looks up. */
export const liveSessions = defineView({
  schema: 'authz',
  viewName: 'live_sessions',
  over: ['auth.sessions', 'auth.users'],
  readers: { definer: 'all' },
  ownersRights: 'on hosted Supabase only the migrating role can be given USAGE on auth',
  requirements: ['S-13', 'N-16'],
});

/** Cases that operations hold: what authz looks up. */
export const handedOverCases = defineView({
  schema: 'authz',
  viewName: 'handed_over_cases',
  over: ['cases'],
  readers: { definer: 'all' },
  requirements: ['S-29'],
});

/** Portal accounts that count now: what authz looks up. */
export const livePatientAccounts = defineView({
  schema: 'authz',
  viewName: 'live_patient_accounts',
  over: ['patient_accounts', 'organisations'],
  readers: { definer: 'all' },
  requirements: ['N-15', 'N-16'],
});

/** Where another legal basis stands in for consent. */
export const processingWithoutConsent = defineView({
  viewName: 'processing_without_consent',
  over: ['consents'],
  readers: { provider: 'all', patient: 'all', service: 'all' },
  requirements: ['N-45'],
});
