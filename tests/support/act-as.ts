import type { Persona } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';

/** Goes on as somebody, in a session whose superuser has set the stage. */
export async function actAs(session: Session, { role, claims }: Persona): Promise<void> {
  await session.script(`set local role ${role}`);
  await session.rows("select set_config('request.jwt.claims', $1, true)", [JSON.stringify(claims)]);
}
