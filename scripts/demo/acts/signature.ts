import { CAST, PROPS } from '../cast.ts';
import type { PgSession, Stage } from '../stage.ts';

/** Ana lets those who drive her know who she is. */
export async function signature(stage: Stage): Promise<void> {
  stage.begin('A signature that holds');
  const sign = (s: PgSession, name: string) =>
    s.query<{ receipt: Record<string, string> }>(
      `select sign_form($1, $2, 'consent', preview_form($1) ->> 'content_sha256') as receipt`,
      [PROPS.disclosureForm, name],
    );
  await stage.does(CAST.reception, 'puts a consent to transfer_disclosure into the form', (s) =>
    s.query(
      `insert into consents (organisation_id, patient_id, purpose, signed_form_id) values ($1, $2, 'transfer_disclosure', $3)`,
      [PROPS.clinic, PROPS.ana, PROPS.disclosureForm],
    ),
  );
  await stage.refused(CAST.reception, 'witnesses the form that reception drew up', 'CD017', (s) =>
    sign(s, 'Ana Souza'),
  );
  await stage.refused(CAST.ana, 'signs with a blank name', 'CD017', (s) => sign(s, ' \u200b '));
  await stage.does(
    CAST.ana,
    'signs: name and meaning hers, time, address and digest the server\u2019s',
    (s) => sign(s, 'Ana Souza'),
    ({ rows }) => `receipt ${rows[0]?.receipt.record_sha256?.slice(0, 16)}…`,
  );
  await stage.refused(CAST.ana, 'signs it again', 'CD013', (s) => sign(s, 'Ana Souza'));
  await stage.refused(CAST.admin, 'mends the name afterwards', '42501', (s) =>
    s.query(`update signed_forms set typed_name = 'Eva Souza' where id = $1`, [PROPS.disclosureForm]),
  );
  await stage.does(
    CAST.ana,
    'finds the consent in force',
    (s) =>
      s.query<{ status: string }>(`select status from consents where signed_form_id = $1`, [
        PROPS.disclosureForm,
      ]),
    ({ rows }) => `transfer_disclosure ${rows[0]?.status}`,
  );
}
