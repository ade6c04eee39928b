import { noCredentials } from '../../catalog/invariants/no-credentials.ts';
import { keeps, probe, surveys } from '../probe.ts';

export const s36 = probe('S-36', [
  ...keeps(noCredentials),
  surveys(
    'every password of a login is a hash',
    `select 'auth.users.encrypted_password' as object, case when count(*) filter (where encrypted_password <> '' and encrypted_password !~ '^\\$(2[aby]|argon2(id|i|d))\\$') > 0 then count(*) filter (where encrypted_password <> '' and encrypted_password !~ '^\\$(2[aby]|argon2(id|i|d))\\$') || ' are no hash' end as problem from auth.users`,
  ),
]);
