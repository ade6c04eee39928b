import { accessRestrictions } from './access_restrictions.ts';
import { admissions } from './admissions.ts';
import { agreements } from './agreements.ts';
import { appointmentReasons } from './appointment_reasons.ts';
import { appointments } from './appointments.ts';
import { accessDrains } from './audit.access_drains.ts';
import { accessKeys } from './audit.access_keys.ts';
import { accessLog } from './audit.access_log.ts';
import { accessLogExceptions } from './audit.access_log_exceptions.ts';
import { appEvents } from './audit.app_events.ts';
import { contextLog } from './audit.context_log.ts';
import { deploymentEvents } from './audit.deployment_events.ts';
import { leaves } from './audit.leaves.ts';
import { nodes } from './audit.nodes.ts';
import { seals } from './audit.seals.ts';
import { securityEvents } from './audit.security_events.ts';
import { deploymentSettings } from './authz.deployment_settings.ts';
import { restrictedReads } from './authz.restricted_reads.ts';
import { stateTransitions } from './authz.state_transitions.ts';
import { beds } from './beds.ts';
import { careRelationships } from './care_relationships.ts';
import { caseActivityLog } from './case_activity_log.ts';
import { cases } from './cases.ts';
import { claims } from './claims.ts';
import { consentPurposeVersions } from './consent_purpose_versions.ts';
import { consentPurposes } from './consent_purposes.ts';
import { consents } from './consents.ts';
import { crewMembers } from './crew_members.ts';
import { disclosures } from './disclosures.ts';
import { documentReadTickets } from './document_read_tickets.ts';
import { documentUploadGrants } from './document_upload_grants.ts';
import { documents } from './documents.ts';
import { emergencyAccessGrants } from './emergency_access_grants.ts';
import { emergencyAccessReasons } from './emergency_access_reasons.ts';
import { formTemplates } from './form_templates.ts';
import { classification } from './governance.classification.ts';
import { complianceResults } from './governance.compliance_results.ts';
import { deadlines } from './governance.deadlines.ts';
import { erasureRules } from './governance.erasure_rules.ts';
import { exportExclusions } from './governance.export_exclusions.ts';
import { insightDispatches } from './governance.insight_dispatches.ts';
import { processors } from './governance.processors.ts';
import { purposeGrants } from './governance.purpose_grants.ts';
import { retentionRules } from './governance.retention_rules.ts';
import { retentionRuns } from './governance.retention_runs.ts';
import { schemaChanges } from './governance.schema_changes.ts';
import { subjectLinks } from './governance.subject_links.ts';
import { tombstones } from './governance.tombstones.ts';
import { guaranteesOfPayment } from './guarantees_of_payment.ts';
import { invitations } from './invitations.ts';
import { invoiceLines } from './invoice_lines.ts';
import { invoices } from './invoices.ts';
import { legalHolds } from './legal_holds.ts';
import { medicalRecordDetails } from './medical_record_details.ts';
import { medicalRecords } from './medical_records.ts';
import { opsMembers } from './ops_members.ts';
import { organisationMembers } from './organisation_members.ts';
import { organisationNetworks } from './organisation_networks.ts';
import { organisationSettings } from './organisation_settings.ts';
import { organisations } from './organisations.ts';
import { patientAccounts } from './patient_accounts.ts';
import { patientClinical } from './patient_clinical.ts';
import { patientIdentity } from './patient_identity.ts';
import { patients } from './patients.ts';
import { payments } from './payments.ts';
import { professionals } from './professionals.ts';
import { profiles } from './profiles.ts';
import { retentionExtensions } from './retention_extensions.ts';
import { securityIncidents } from './security_incidents.ts';
import { signedFormEvidence } from './signed_form_evidence.ts';
import { signedForms } from './signed_forms.ts';
import { subjectRequestEvidence } from './subject_request_evidence.ts';
import { subjectRequests } from './subject_requests.ts';
import { transferJobPatients } from './transfer_job_patients.ts';
import { transferJobs } from './transfer_jobs.ts';
import { transfers } from './transfers.ts';
import { vehicleAssignments } from './vehicle_assignments.ts';
import { vehicles } from './vehicles.ts';
import * as views from './views.ts';
import type { TablePolicy, ViewPolicy } from './vocabulary.ts';

/** Every table and who may do what with it. A table that is not listed here fails the build. */
export const TABLES: readonly TablePolicy[] = [
  accessDrains,
  accessKeys,
  accessLog,
  accessLogExceptions,
  accessRestrictions,
  admissions,
  agreements,
  appEvents,
  appointmentReasons,
  appointments,
  beds,
  careRelationships,
  caseActivityLog,
  cases,
  claims,
  classification,
  complianceResults,
  consentPurposes,
  consentPurposeVersions,
  consents,
  contextLog,
  crewMembers,
  deadlines,
  deploymentEvents,
  deploymentSettings,
  disclosures,
  documentReadTickets,
  documentUploadGrants,
  documents,
  emergencyAccessGrants,
  emergencyAccessReasons,
  erasureRules,
  exportExclusions,
  formTemplates,
  guaranteesOfPayment,
  insightDispatches,
  invitations,
  invoiceLines,
  invoices,
  leaves,
  legalHolds,
  medicalRecordDetails,
  medicalRecords,
  nodes,
  opsMembers,
  organisationMembers,
  organisationNetworks,
  organisations,
  organisationSettings,
  patientAccounts,
  patientClinical,
  patientIdentity,
  patients,
  payments,
  processors,
  professionals,
  profiles,
  purposeGrants,
  restrictedReads,
  retentionExtensions,
  retentionRules,
  retentionRuns,
  schemaChanges,
  seals,
  securityEvents,
  securityIncidents,
  signedFormEvidence,
  signedForms,
  stateTransitions,
  subjectLinks,
  subjectRequestEvidence,
  subjectRequests,
  tombstones,
  transferJobPatients,
  transferJobs,
  transfers,
  vehicleAssignments,
  vehicles,
];

/** Every view and who reads it. */
export const VIEWS: readonly ViewPolicy[] = Object.values(views);
