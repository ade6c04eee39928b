import { type CommandError, misuse } from '../console/errors.ts';
import { quoteIdentifier } from '../postgres/quote.ts';

/*
 * How rules are refused: every error names the file and the rule, and shows at most 80 characters of what it found.
 */

/** The error for data that cannot be meant; `where` is the file, and the rule in it. */
export function refusal(where: string, problem: string, expected?: string, cause?: unknown): CommandError {
  return misuse(
    { problem: `${where}: ${problem}`, ...(expected === undefined ? {} : { expected }) },
    cause === undefined ? undefined : { cause },
  );
}

/** Refuses a value that is not one of the words allowed there. */
export function oneOf(value: unknown, allowed: readonly string[], where: string, what: string): void {
  if (typeof value !== 'string' || !allowed.includes(value)) {
    throw refusal(
      where,
      value === undefined ? `has no ${what}` : `unknown ${what}: ${show(value)}`,
      allowed.length === 0 ? 'none' : `one of ${allowed.join(', ')}`,
    );
  }
}

/** Refuses one value where a list stands: its characters are no members. What was left out is another error. */
export function listed(values: unknown, where: string, what: string, expected = 'a list'): void {
  if (values !== undefined && !Array.isArray(values))
    throw refusal(where, `${what} is not a list: ${show(values)}`, expected);
}

/** Refuses an empty list, a stranger in it, and whatever stands in it twice. */
export function someOf(
  values: readonly string[],
  allowed: readonly string[],
  where: string,
  what: string,
): void {
  const expected = `some of ${allowed.join(', ')}`;
  listed(values, where, what, `a list: ${expected}`);
  if (!values?.length) throw refusal(where, `${what} is empty`, expected);
  for (const value of values) oneOf(value, allowed, where, what);
  unique(values, where, what);
}

/** Refuses a list that names something twice. */
export function unique(values: readonly string[], where: string, what: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw refusal(where, `${what} name ${twice} twice`);
}

/** Refuses a misspelt key: a rule that lost its conditions to a typo would be wider than it reads. */
export function refuseStrangers(value: object, known: readonly string[], where: string): void {
  const stranger = Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined)
    throw refusal(where, `unknown key: ${show(stranger)}`, `one of ${known.join(', ')}`);
}

/** Refuses what cannot stand as a name in generated SQL. */
export function checkName(name: string, where: string, what: string): void {
  try {
    quoteIdentifier(String(name));
  } catch (cause) {
    throw refusal(where, `${what} is not a usable SQL name: ${show(name)}`, undefined, cause);
  }
}

/** Refuses an empty, doubled or hostile list of columns. */
export function checkColumns(columns: readonly string[], where: string): void {
  listed(columns, where, 'columns');
  if (!columns?.length) throw refusal(where, 'lists no columns');
  for (const column of columns) checkName(column, where, 'column');
  unique(columns, where, 'columns');
}

/** Refuses a rule that serves no promise. */
export function checkRequirements(requirements: readonly string[], where: string): void {
  listed(requirements, where, 'requirements');
  if (!requirements?.length) throw refusal(where, 'names no requirement');
  for (const id of requirements) {
    if (typeof id !== 'string' || !/^[SN]-\d\d$/.test(id)) {
      throw refusal(where, `not a requirement id: ${show(id)}`, 'S-01 to S-39, N-01 to N-54');
    }
  }
  unique(requirements, where, 'requirements');
}

/** Refuses a reason that is empty or not one line: it becomes a comment in SQL, in files read line by line. */
export function checkReason(reason: string, where: string): void {
  if (typeof reason !== 'string' || reason.trim() === '') throw refusal(where, 'gives no reason');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(reason))
    throw refusal(where, 'its reason is not one line of text');
}

/** A value as an error may show it. */
function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}
