import type { DoctorCheck } from '../check.ts';

export const leakedPasswords: DoctorCheck = {
  name: 'leaked-passwords',
  claim: 'Supabase Auth refuses passwords that are known to have leaked',
  why: 'A password from a list is tried first.',
  remedy: 'look at Authentication, Sign In / Providers, Email, Prevent use of leaked passwords',
  requirements: ['S-12'],
  query: `
    select 'leaked-password protection' as object, 'a setting of Supabase Auth' as found, 'on' as expected, 'unseen' as state`,
};
