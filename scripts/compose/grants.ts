import type { Difference } from '../catalog/differences.ts';
import { granteeOf } from '../sources/definitions.ts';

const OPTION = ' with grant option';

/**
 * The fewest GRANT and REVOKE statements that lead from one grantee's privileges on an object to another set.
 *
 * @param difference of a `grants on … to …` entry; its definitions hold one privilege a line, `UPDATE (full_name)`.
 */
export function grantStatements({ key, before, after }: Difference): string[] {
  const { object, grantee } = granteeOf(key);
  const was = linesOf(before);
  const is = linesOf(after);
  const lost = was.filter((privilege) => !is.includes(privilege));
  // MAINTAIN has no name before 17: together with everything else it can be revoked anywhere.
  const maintain = lost.some((privilege) => wordOf(privilege) === 'MAINTAIN');
  if (maintain || (is.length === 0 && lost.length > 1)) {
    return [`revoke all on ${object} from ${grantee};`, ...granted(is, object, grantee)];
  }
  // Revoking a privilege on the table takes it from every column as well: what stays is granted again.
  const swept = new Set(lost.filter((privilege) => !privilege.includes('(')).map(wordOf));
  const gained = is.filter(
    (privilege) => !was.includes(privilege) || (privilege.includes('(') && swept.has(wordOf(privilege))),
  );
  return [...statement('revoke', lost, `on ${object} from ${grantee}`), ...granted(gained, object, grantee)];
}

function granted(privileges: readonly string[], object: string, grantee: string): string[] {
  const isOptional = (privilege: string) => privilege.endsWith(OPTION);
  return [
    ...statement(
      'grant',
      privileges.filter((privilege) => !isOptional(privilege)),
      `on ${object} to ${grantee}`,
    ),
    ...statement('grant', privileges.filter(isOptional), `on ${object} to ${grantee}${OPTION}`),
  ];
}

function linesOf(definition: string | undefined): string[] {
  return definition ? definition.split('\n') : [];
}

const USUAL_ORDER = ['select', 'insert', 'update', 'delete'];

function rank(word: string): number {
  const index = USUAL_ORDER.indexOf(word);
  return index === -1 ? USUAL_ORDER.length : index;
}

function wordOf(privilege: string): string {
  return privilege.replace(OPTION, '').split(' ', 1)[0] ?? '';
}

/** `SELECT (a)` and `SELECT (b)` become `select (a, b)`. */
function statement(verb: string, privileges: readonly string[], ending: string): string[] {
  if (privileges.length === 0) return [];
  const columns = new Map<string, string[]>();
  for (const privilege of privileges) {
    const { word = '', column } =
      /^(?<word>[A-Z ]+?)(?: \((?<column>.+)\))?(?: with grant option)?$/.exec(privilege)?.groups ?? {};
    const known = columns.get(word.toLowerCase()) ?? [];
    columns.set(word.toLowerCase(), column === undefined ? known : [...known, column]);
  }
  const order = ([a]: [string, unknown], [b]: [string, unknown]) => rank(a) - rank(b) || (a < b ? -1 : 1);
  const parts = [...columns]
    .sort(order)
    .map(([word, names]) => (names.length > 0 ? `${word} (${names.join(', ')})` : word));
  const inline = `${verb} ${parts.join(', ')} ${ending};`;
  return [inline.length <= 100 ? inline : `${verb}\n  ${parts.join(',\n  ')}\n  ${ending};`];
}
