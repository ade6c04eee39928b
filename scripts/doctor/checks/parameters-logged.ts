import type { DoctorCheck } from '../check.ts';
import { settingQuery } from '../settings.ts';

export const parametersLogged: DoctorCheck = {
  name: 'parameters-logged',
  claim: 'no value that was bound to a statement is logged',
  why: 'Bound values are what the record holds: names, diagnoses, addresses.',
  remedy: 'set log_parameter_max_length and log_parameter_max_length_on_error to 0',
  requirements: ['S-39'],
  query: `
    select * from (${settingQuery('log_parameter_max_length', `value = '0'`, '0')}) as passed
    union all
    select * from (${settingQuery('log_parameter_max_length_on_error', `value = '0'`, '0')}) as failed`,
};
