import type { DoctorCheck } from '../check.ts';
import { settingQuery } from '../settings.ts';

export const statementsLogged: DoctorCheck = {
  name: 'statements-logged',
  claim: 'no statement is logged with its text for being sent, or for being slow',
  why: 'The text of a statement may carry what somebody typed; the log keeps it, and whoever reads the log reads the record.',
  remedy:
    'set log_statement to none or ddl, log_min_duration_statement and log_min_duration_sample to -1, and log_transaction_sample_rate to 0; durations stand in pg_stat_statements, which keeps no values',
  requirements: ['S-39'],
  query: `
    select * from (${settingQuery('log_statement', `value in ('none', 'ddl')`, 'none or ddl')}) as sent
    union all
    select * from (${settingQuery('log_min_duration_statement', `value = '-1'`, '-1')}) as slow
    union all
    select * from (${settingQuery('log_min_duration_sample', `value = '-1'`, '-1')}) as sampled
    union all
    select * from (${settingQuery('log_transaction_sample_rate', `value::numeric = 0`, '0')}) as transactions`,
};
