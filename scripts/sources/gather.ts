import { finding } from '../console/errors.ts';
import { rangeVar, type Subject, subjectOf } from '../sql/names.ts';
import type { ParsedStatement } from '../sql/parse.ts';

/** One object as its source writes it: a definition, and what is said about it. */
export interface SourceObject {
  /** Its catalog key. */
  readonly key: string;
  readonly file: string;
  /** The table it stands on, or the function's own qualified name. */
  readonly on: string;
  readonly definition: ParsedStatement;
  /** `alter function … owner to …`; without it the migrating role owns the function. */
  readonly owner?: ParsedStatement;
  /** `alter table … enable always trigger …` */
  readonly state?: ParsedStatement;
  readonly comment?: ParsedStatement;
  readonly grants: readonly ParsedStatement[];
  /** All its statements as the file has them. */
  readonly text: string;
}

/**
 * Groups statements by the object they are about.
 *
 * @param kinds which kinds of object this source may hold; `grants` stands for grants on tables and views.
 * @throws CommandError (1) for a statement that does not belong there, or that speaks of an object not defined in the same file.
 */
export function gather(
  statements: readonly ParsedStatement[],
  file: string,
  kinds: readonly string[],
): { objects: SourceObject[]; relationGrants: { on: string; statement: ParsedStatement }[] } {
  const relationGrants: { on: string; statement: ParsedStatement }[] = [];
  const groups = new Map<string, { subject: Subject; statement: ParsedStatement }[]>();
  for (const statement of statements) {
    if (isDropIfExists(statement)) continue; // whoever applies the source knows what stands there already
    const subject = subjectOf(statement);
    const kind = subject?.key.split(' ', 1)[0] ?? '';
    if (!subject || !kinds.includes(kind)) throw stranger(file, statement, kinds);
    if (kind === 'grants') {
      relationGrants.push({ on: subject.on, statement });
      continue;
    }
    requireForm(file, statement);
    const group = groups.get(subject.key);
    if (group) group.push({ subject, statement });
    else if (subject.part === 'definition') groups.set(subject.key, [{ subject, statement }]);
    else throw orphan(file, statement, subject.key);
  }
  const objects = [...groups].map(([key, members]): SourceObject => {
    const part = (wanted: Subject['part']) =>
      members.filter(({ subject }) => subject.part === wanted).map((m) => m.statement);
    const [definition, twice] = part('definition');
    if (!definition || twice) throw orphan(file, twice ?? members[0]?.statement, `${key} a second time`);
    const [owner] = part('owner');
    const [state] = part('state');
    const [comment] = part('comment');
    return {
      key,
      file,
      on: members[0]?.subject.on ?? '',
      definition,
      ...(owner && { owner }),
      ...(state && { state }),
      ...(comment && { comment }),
      grants: part('grants'),
      text: members.map(({ statement }) => statement.text).join('\n'),
    };
  });
  return { objects, relationGrants };
}

/** `create or replace` lets a changed source be applied over the old one; constraint triggers know no such form. */
function requireForm(file: string, statement: ParsedStatement): void {
  const { kind, tree, line } = statement;
  const table =
    kind === 'CreateTrigStmt' ? tree.relation : kind === 'CreatePolicyStmt' ? tree.table : undefined;
  const qualified = table
    ? rangeVar(table).includes('.')
    : kind !== 'CreateFunctionStmt' || tree.funcname.length === 2;
  if (!qualified) {
    throw finding({
      problem: `${file}:${line} names its object without a schema`,
      expected: '`schema.name` throughout',
      remedy: 'qualify it',
    });
  }
  const needsReplace = kind === 'CreateFunctionStmt' || (kind === 'CreateTrigStmt' && !tree.isconstraint);
  if (needsReplace && !tree.replace) {
    throw finding({
      problem: `${file}:${line} does not say \`create or replace\``,
      expected: 'a source that can be applied over the version before it',
      remedy: 'write `create or replace`',
    });
  }
}

function isDropIfExists({ kind, tree }: ParsedStatement): boolean {
  return kind === 'DropStmt' && tree.missing_ok === true && tree.removeType === 'OBJECT_POLICY';
}

function stranger(file: string, { line, sql }: ParsedStatement, kinds: readonly string[]): Error {
  return finding({
    problem: `${file}:${line} holds a statement that has no place in it: ${firstLine(sql)}`,
    expected: `statements about one ${kinds.join(' or ')}: its definition, comment, owner, state and grants`,
    remedy: 'write it by hand into a migration: `npm run db:new -- <verb_object>`',
  });
}

function orphan(file: string, statement: ParsedStatement | undefined, key: string): Error {
  return finding({
    problem: `${file}:${statement?.line ?? 1} speaks of ${key}, which the lines above it do not define`,
    expected: 'the definition first, then its comment, owner and grants, with the same argument types',
    details: statement ? [firstLine(statement.sql)] : [],
    remedy: 'correct the name or the argument types',
  });
}

function firstLine(sql: string): string {
  return sql.split('\n', 1)[0] ?? '';
}
