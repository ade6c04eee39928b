import { changes, probe, sees } from '../probe.ts';
import { DOCTOR } from './subjects.ts';

export const s15 = probe('S-15', [
  sees(
    undefined,
    'control: the login has a session',
    `select count(*) from auth.sessions where user_id = '${DOCTOR}'`,
    1,
  ),
  changes(
    undefined,
    'a password is changed',
    `update auth.users set encrypted_password = 'another' where id = '${DOCTOR}'`,
    1,
  ),
  sees(
    undefined,
    'and no session is left',
    `select count(*) from auth.sessions where user_id = '${DOCTOR}'`,
    0,
  ),
  sees('doctor', 'so that its token reads nothing', 'select count(*) from public.patients', 0),
]);
