import { messagesSayNoValues } from '../../catalog/invariants/messages-say-no-values.ts';
import { errorsLoggedTerse } from '../../doctor/checks/errors-logged-terse.ts';
import { parametersLogged } from '../../doctor/checks/parameters-logged.ts';
import { statementsLogged } from '../../doctor/checks/statements-logged.ts';
import { changes, examines, keeps, probe, refused, sees } from '../probe.ts';
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

/** Of three details one may be kept. */
const TOLD = `select public.log_app_event('${CLINIC_A}', 'job.failed', '{"status": 500, "patient": "Ana Souza", "relation": "Ana Souza"}')`;

export const s39 = probe(
  'S-39',
  [
    ...keeps(messagesSayNoValues),
    changes('receptionist', 'the refusal of a duplicate repeats no value', DUPLICATE_TELLS, 0),
    changes('service', 'an application tells what failed', TOLD, 1),
    sees(
      'auditor',
      'and of what it told, what could name a person or a record is left out',
      `select (e.details || jsonb_build_object('left_out', e.scrubbed_count))::text from public.app_events as e`,
      '{"status": 500, "left_out": 2}',
    ),
    refused('doctor', 'nobody but a server tells it', TOLD, '42501'),
    ...examines(statementsLogged, errorsLoggedTerse, parametersLogged),
  ],
  {
    outside: 'what applications write into logs of their own',
    needs: ['audit.app_events', 'public.log_app_event()'],
  },
);
