import type { Operator } from '../mutant.ts';
import type { Subjects } from '../subjects.ts';

const each = (sql: (relation: string, name: string) => string) => (subjects: Subjects) =>
  subjects.triggers.map(({ relation, name, function: calls }) => ({
    subject: relation,
    what: name,
    calls,
    sql: sql(relation, name),
  }));

/** Silences a trigger. */
export const disableTrigger: Operator = {
  name: 'disable-trigger',
  about: 'disable a trigger',
  mutate: each((relation, name) => `alter table ${relation} disable trigger ${name}`),
};

/** Removes a trigger, as a migration that forgets it would. */
export const dropTrigger: Operator = {
  name: 'drop-trigger',
  about: 'drop a trigger',
  mutate: each((relation, name) => `drop trigger ${name} on ${relation}`),
};

/** Lets `session_replication_role = replica` silence a trigger. */
export const originTrigger: Operator = {
  name: 'origin-trigger',
  about: 'let a trigger fire ORIGIN only',
  mutate: each((relation, name) => `alter table ${relation} enable trigger ${name}`),
};
