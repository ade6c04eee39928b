import { TABLES, VIEWS } from './declared.ts';

/** The tables and views that the rules in policies/ speak of: `public.patients`. */
export function ruledRelations(): ReadonlySet<string> {
  return new Set([
    ...TABLES.map(({ schema = 'public', tableName }) => `${schema}.${tableName}`),
    ...VIEWS.map(({ schema = 'public', viewName }) => `${schema}.${viewName}`),
  ]);
}
