/** Every SECURITY DEFINER function, and why it cannot run with the caller's rights. */
export const DEFINER_FUNCTIONS: Readonly<Record<string, string>> = {
  'authz.colleague_ids': 'policies on profiles need memberships that the caller may not read row by row',
  'authz.holds': 'opens a branch of a policy; reads memberships',
  'authz.is_operator': 'fence of internal_ops; reads ops_members',
  'authz.is_out_of_reach': 'asks for the current organisation; callers have no USAGE on authz',
  'authz.is_own_patient': 'decides on the exact pair behind own_patient_ids; reads patient accounts',
  'authz.live_user_id': 'asks whether the session still lives, which callers may not read',
  'authz.lock_patient': 'locks a row that the writer may not change',
  'authz.organisation_for': 'the scalar of every provider policy; reads memberships without recursion',
  'authz.organisation_id': 'the scalar of every provider fence',
  'authz.own_patient_ids': 'index condition of the patient realm; reads patient accounts',
  'authz.own_rank': 'bounds what a member may grant; reads memberships',
  'authz.patient_organisation_ids': 'fence of the patient realm; reads patient accounts',
  'authz.session_is_live': 'reads auth.sessions',
  'authz.tg__patient_status': 'reads the status of a patient whom the writer may not read',
  'authz.tg__stamp': 'asks who calls; callers have no USAGE on authz',
  'authz.tg__status_stamp': 'asks who calls; callers have no USAGE on authz',
  'authz.tg_consents__project': 'writes a projection that nobody else may write',
  'authz.tg_organisation_members__accept': 'asks who calls; callers have no USAGE on authz',
  'authz.tg_patient_accounts__confirm': 'asks who calls; callers have no USAGE on authz',
  'authz.tg_patients__project': 'writes projections that nobody else may write',
  'authz.tg_patient_clinical__consent': 'reads consents that the writer of the row may not read',
  'authz.treatment_consent_until': 'reads consents that the caller may not read',
  'authz.user_id': 'identity of the live caller',
  'public.accept_membership': 'the invited reach no row of the organisation yet',
  'public.create_organisation': 'operations may insert no memberships otherwise; checks is_operator first',
  'public.set_context': 'checks the chosen organisation against memberships before it sets anything',
};

/** Definer functions whose owner is not cordon_definer, and why. */
export const FOREIGN_OWNED: Readonly<Record<string, string>> = {
  'authz.session_is_live': 'on hosted Supabase only the migrating role can be given USAGE on auth',
};
