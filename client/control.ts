import { SessionMisuseError } from './errors.ts';

/** Statements that end the transaction, or undo what was set for it. Savepoints are free. */
const CONTROL =
  /^(?:begin|start|commit|end|abort|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b)|prepare\s+transaction|discard|reset)\b/i;

/** SET outlives the transaction unless it is local, and no role is changed even so. */
const SETTING =
  /^set\s+(?:(?!local\b|constraints\b|transaction\b)|local\s+(?:role|session\s+authorization)\b)/i;

/** What may stand before a statement: white space, empty statements, comments that do not nest. */
const BEFORE = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*(?:(?!\/\*)[\s\S])*?\*\/)+/;

/**
 * Refuses a statement that would end the session's transaction, leave its role, or outlive it. It looks at the first words: what hides
 * from it, the end of the session finds.
 *
 * @throws SessionMisuseError
 */
export function refuseControl(text: string): void {
  const statement = text.replace(BEFORE, '');
  if (!CONTROL.test(statement) && !SETTING.test(statement)) return;
  throw new SessionMisuseError('a session does not begin, end or change its own transaction or role', {
    hint: 'Throw to roll back, undo a part with a savepoint, `set local` a setting, open another session for another caller.',
  });
}
