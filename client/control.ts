import { SessionMisuseError } from './errors.ts';

/** Statements that end the transaction, or make the rest of it somebody else's. Savepoints are free. */
const CONTROL =
  /^(?:begin|start|commit|end|abort|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b)|prepare\s+transaction|discard|reset|set\s+(?:(?:local|session)\s+)?(?:role|session\s+authorization|session\s+characteristics)|set\s+session\s+characteristics)\b/i;

/** What may stand before a statement: white space, empty statements, comments that do not nest. */
const BEFORE = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*(?:(?!\/\*)[\s\S])*?\*\/)+/;

/**
 * Refuses a statement that would end the session's transaction or leave its role. It looks at the first words: what hides
 * from it, the end of the session finds.
 *
 * @throws SessionMisuseError
 */
export function refuseControl(text: string): void {
  if (!CONTROL.test(text.replace(BEFORE, ''))) return;
  throw new SessionMisuseError('a session does not begin, end or change its own transaction or role', {
    hint: 'Throw to roll back; use a savepoint to undo a part; open another session for another caller.',
  });
}
