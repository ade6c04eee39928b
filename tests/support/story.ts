import { CLINIC_A } from '../../testing/ids.ts';
import type { Persona } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import type { TestDatabase } from '../../testing/test-database.ts';

/** Becomes somebody on the story's one connection, with more request headers where a test needs them. */
export type Become = (persona: Persona, headers?: Readonly<Record<string, string>>) => Promise<Session>;

/** Runs several people's parts one after the other in one transaction, which is taken back. Server and owner write pinned to clinic A. */
export async function tellStory(database: TestDatabase, tell: (as: Become) => Promise<void>): Promise<void> {
  await database.asSuperuser(
    async (session) => {
      await tell(async ({ role, claims, settings = {} }, headers = { 'x-forwarded-for': '192.0.2.10' }) => {
        await session.script('reset role');
        await session.rows(
          `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true),
             set_config('app.pinned_organisation_id', $3, true), set_config('app.current_clinic_id', $4, true)`,
          [
            JSON.stringify(claims),
            JSON.stringify(headers),
            CLINIC_A,
            settings['app.current_clinic_id'] ?? '',
          ],
        );
        await session.script(`set local role ${role}`);
        return session;
      });
    },
    { rollback: true },
  );
}
