import { compileAll } from '../policy/compile.ts';
import { parseSql } from '../sql/parse.ts';

/**
 * Generates the CREATE POLICY statements of every declared table, as the applications' runtime hands them out.
 *
 * @returns TypeScript without a header.
 */
export async function generatePolicies(): Promise<string> {
  const policies = compileAll().filter(({ key }) => key.startsWith('policy '));
  const statements = await Promise.all(
    policies.map(async ({ key, sql }) =>
      (await parseSql(sql, key))
        .filter(({ kind }) => kind === 'CreatePolicyStmt')
        .map((each) => `${each.sql};`),
    ),
  );
  return [
    '/** One CREATE POLICY statement each, tables in the order of their names. */',
    'export const POLICIES: readonly string[] = [',
    ...statements.flat().map((statement) => `  ${template(statement)},`),
    '];',
  ].join('\n');
}

/** As a template literal, whose lines are those of the SQL. */
function template(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, (found) => `\\${found}`)}\``;
}
