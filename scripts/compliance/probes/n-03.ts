import { apart, given, probe, sees, surveys } from '../probe.ts';
import { NOT_TREATING, RECORD } from './subjects.ts';

export const n03 = probe('N-03', [
  surveys(
    'every table that rules open holds them as data',
    `select p.proname::text as object, case when coalesce(jsonb_array_length(authz.rules_of(substr(p.proname, 7)) -> 'rules'), 0) = 0 then 'holds no rule' end as problem from pg_proc as p where p.pronamespace = 'authz'::regnamespace and p.proname like 'rules\\_%' and p.proname <> 'rules_of'`,
  ),
  sees(
    'doctor',
    'what they say of a row is what a statement finds',
    `select (public.evaluate_policy('medical_records', 'SELECT', '${RECORD}') ->> 'allowed')::boolean = exists (select from public.medical_records where id = '${RECORD}')`,
    true,
  ),
  apart(
    given(NOT_TREATING),
    sees(
      'doctor',
      'also once the world has changed',
      `select concat((public.evaluate_policy('medical_records', 'SELECT', '${RECORD}') ->> 'allowed')::boolean, ' ', exists (select from public.medical_records where id = '${RECORD}'))`,
      'f f',
    ),
  ),
]);
