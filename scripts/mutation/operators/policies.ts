import type { Operator } from '../mutant.ts';

/** Takes away the fence that keeps a realm inside its tenant whatever somebody adds. */
export const dropFence: Operator = {
  name: 'drop-fence',
  about: 'drop the fence of a realm',
  mutate: ({ policies }) =>
    policies
      .filter(({ isFence }) => isFence)
      .map(({ relation, name, roles }) => ({
        subject: relation,
        what: name,
        sql: `drop policy ${name} on ${relation}`,
        role: roles[0],
      })),
};

/** Leaves a fence in name only. */
export const openFence: Operator = {
  name: 'open-fence',
  about: 'make a fence true',
  mutate: ({ policies }) =>
    policies
      .filter(({ isFence, using }) => isFence && using !== 'true')
      .map(({ relation, name, roles, check }) => ({
        subject: relation,
        what: name,
        sql: `alter policy ${name} on ${relation} using (true)${check === null ? '' : ' with check (true)'}`,
        role: roles[0],
      })),
};

/** Takes an access away: the test that shows it must turn red too. */
export const dropPolicy: Operator = {
  name: 'drop-policy',
  about: 'drop a policy that opens something',
  mutate: ({ policies }) =>
    policies
      .filter(({ permissive }) => permissive)
      .map(({ relation, name, roles }) => ({
        subject: relation,
        what: name,
        sql: `drop policy ${name} on ${relation}`,
        role: roles[0],
      })),
};

/** Drops WITH CHECK, or what a policy asks of the rows that are there. */
export const openClause: Operator = {
  name: 'open-clause',
  about: 'make USING or WITH CHECK of a policy true',
  mutate: ({ policies }) =>
    policies.flatMap(({ relation, name, roles, isFence, using, check }) =>
      [
        { clause: 'using', text: using, isOwn: !isFence },
        { clause: 'with check', text: check, isOwn: true },
      ]
        .filter(({ text, isOwn }) => isOwn && text !== null && text !== 'true')
        .map(({ clause }) => ({
          subject: relation,
          what: `${name} ${clause}`,
          sql: `alter policy ${name} on ${relation} ${clause} (true)`,
          role: roles[0],
        })),
    ),
};
