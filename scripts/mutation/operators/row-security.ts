import type { Operator } from '../mutant.ts';

/** Leaves a table to its grants. */
export const disableRowSecurity: Operator = {
  name: 'disable-row-security',
  about: 'disable row-level security',
  mutate: ({ relations }) =>
    relations
      .filter(({ isSecured }) => isSecured)
      .map(({ relation }) => ({
        subject: relation,
        what: '',
        sql: `alter table ${relation} disable row level security`,
      })),
};

/** Lets the owner of a table past its policies. */
export const unforceRowSecurity: Operator = {
  name: 'unforce-row-security',
  about: 'let the owner past row-level security',
  mutate: ({ relations }) =>
    relations
      .filter(({ isForced }) => isForced)
      .map(({ relation }) => ({
        subject: relation,
        what: '',
        sql: `alter table ${relation} no force row level security`,
      })),
};

/** Makes a view show what its owner sees. */
export const viewAsOwner: Operator = {
  name: 'view-as-owner',
  about: "run a view with its owner's rights",
  mutate: ({ relations }) =>
    relations
      .filter(({ isView, options }) => isView && /security_invoker=(true|on|1)/.test(options ?? ''))
      .map(({ relation }) => ({
        subject: relation,
        what: '',
        sql: `alter view ${relation} set (security_invoker = false)`,
      })),
};
