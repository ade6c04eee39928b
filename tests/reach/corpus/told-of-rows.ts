/** What is told of rows that a migration writes, and of what it does only somewhere or for a while. */
export const WRITTEN = (table = 'public.ops_members') =>
  `changed: the migration itself writes rows of ${table}, which decide who may do what`;
export const OPEN =
  'changed: the migration runs statements that it only then puts together: what they write, nobody can tell';

export const CONDITIONAL =
  'changed: the migration defines or calls something only under a condition, or as rows say: what it does in another database, nobody can tell';
export const ASLEEP = (table: string) =>
  `changed: the migration writes rows of ${table} while triggers on it sleep`;
export const UNWATCHED =
  'changed: event triggers sleep while the migration is at work: what it does meanwhile, they neither record nor refuse';
export const RECORD = (table: string) =>
  `changed: the migration itself writes rows of ${table}, which is a record of what happened`;
export const RULING = (table: string) =>
  `changed: the migration itself writes rows of ${table}, which decide what is kept, told and destroyed`;
