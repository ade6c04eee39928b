import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const folder = new URL('../../migrations/', import.meta.url);

/** What the migration that brought the rule writes by hand. */
function mend(): string {
  const file = readdirSync(folder).find((name) => name.endsWith('_tell_who_was_put_out.sql')) ?? '';
  const text = readFileSync(new URL(file, folder), 'utf8');
  return text.slice(text.indexOf('-- What the rule before'), text.indexOf('-- Composed from'));
}

test('whose care was merely given an end to come is put out no more by the upgrade, at any clinic: who was put out, or put away, stays out [N-21 +, N-21 -]', async () => {
  const rows = [
    ['let come to an end', `now() + interval '3 days'`, false],
    ['let come to an end that is over by now', `now() - interval '1 hour'`, false],
    ['ended at once', `now() - interval '23 hours 50 minutes'`, false],
    ['put away before an end to come', `now() + interval '3 days'`, true],
    ['put away without an end', 'null', true],
  ] as const;
  await database().asPostgres(
    async (session) => {
      for (const [clinic, patient, who] of [
        [CLINIC_A, idOf('patient', 'a', '01'), personas.doctor.userId],
        [CLINIC_B, idOf('patient', 'b', '01'), personas.doctorOfB.userId],
      ])
        for (const [, endsAt, isAway] of rows) {
          const id = randomUUID();
          await session.script(
            `select set_config('app.pinned_organisation_id', '${clinic}', true);
             insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, taken_off_at, ends_at)
             values ('${clinic}', '${id}', '${patient}', '${who}', 'covering', now() - interval '9 days', now() - interval '1 day', ${endsAt});
             update public.care_relationships set archived_at = now() where ${isAway} and organisation_id = '${clinic}' and id = '${id}'`,
          );
        }
      const out = () =>
        session.rows(
          `select c.organisation_id, c.ends_at = now() - interval '1 hour' as is_over, c.ends_at > now() as is_to_come, c.archived_at is not null as is_away
           from public.care_relationships as c where c.taken_off_at = now() - interval '1 day' order by 1, 2, 3, 4`,
        );
      await session.script(`select set_config('app.pinned_organisation_id', '', true)`);
      expect(await out(), 'control').toHaveLength(2 * rows.length);
      await session.script(mend());
      expect(await out()).toEqual(
        [CLINIC_A, CLINIC_B].flatMap((organisation_id) => [
          { organisation_id, is_over: false, is_to_come: false, is_away: false },
          { organisation_id, is_over: false, is_to_come: true, is_away: true },
          { organisation_id, is_over: null, is_to_come: null, is_away: true },
        ]),
      );
      expect(
        await session.value(`select nullif(current_setting('app.pinned_organisation_id'), '')`),
        'no pin is left',
      ).toBeNull();
    },
    { rollback: true },
  );
});
