import { functionsHoldNoTraps } from '../../catalog/invariants/functions-hold-no-traps.ts';
import { changes, keeps, probe, surveys } from '../probe.ts';
import { CLINIC_A } from '../world.ts';

/** A duplicate is refused; whoever catches the refusal finds no value of the row in it. */
const DUPLICATE_TELLS = `do $$
declare
  v_detail text;
begin
  insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'MRN-0001', 'New Patient');
  raise exception 'a duplicate was taken';
exception when unique_violation then
  get stacked diagnostics v_detail = pg_exception_detail;
  if v_detail <> '' then
    raise exception 'the refusal repeats values';
  end if;
end $$`;

export const s39 = probe(
  'S-39',
  [
    ...keeps(functionsHoldNoTraps),
    changes('receptionist', 'the refusal of a duplicate repeats no value', DUPLICATE_TELLS, 0),
    surveys(
      'no setting of the server writes bound values of failed statements into its log',
      `select 'log_parameter_max_length_on_error' as object, case when setting <> '0' then 'is ' || setting end as problem from pg_settings where name = 'log_parameter_max_length_on_error'`,
    ),
  ],
  { outside: 'what applications write into their own logs' },
);
