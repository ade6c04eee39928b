import { ALWAYS, NEVER } from '../conditions/decision.ts';
import type { Formula } from '../conditions/formula.ts';
import { simplify } from '../conditions/formula.ts';
import type { Case } from './grasp.ts';
import { conditionsGone, knownOf, type Rows, whose } from './rows.ts';
import type { Mark } from './verdict.ts';
import { listed, tellColumns, VERBS } from './words.ts';

/** What changes for somebody, behind who it is. */
export interface Outcome {
  readonly mark: Mark;
  readonly rest: string;
}

/** The rows that a command finds, or those that it may leave behind. */
type Half = keyof Rows;
const HALVES: readonly Half[] = ['found', 'written'];

/** What changes for somebody of one role; nothing where nothing does. */
export function outcomeOf(given: Case, role: string, named: readonly string[]): Outcome | undefined {
  const { decision, relation, before, after } = given;
  const known = knownOf(role, named);
  const truth = (formula: Formula) => decision.truth(simplify(formula, known));
  const isNothing = (rows: Rows) => HALVES.some((half) => truth(rows[half]) === NEVER);
  const [hadNone, hasNone] = [isNothing(before.rows), isNothing(after.rows)];
  if (hadNone && hasNone) return;
  const what = (columns: readonly string[]) => tellWhat(given, columns);
  // A view that runs with its reader's rights opens nothing by itself; what its triggers do is theirs.
  const opens =
    relation.isInvoker && given.hidden.length === 0 && !relation.isTriggered ? 'equal' : 'widened';
  if (hadNone) {
    const hasTenant = relation.columns.includes('organisation_id');
    const place = ofView(given) ?? whose(decision, truth(after.rows.found), after.rows.found, hasTenant);
    return { mark: opens, rest: `can now ${what(after.columns)}${place}${unnamed(given)}` };
  }
  if (hasNone) return { mark: 'narrowed', rest: `can no longer ${what(before.columns)}` };

  const gained = after.columns.filter((column) => !before.columns.includes(column));
  const lost = before.columns.filter(
    (column) => relation.columns.includes(column) && !after.columns.includes(column),
  );
  const within = (rows: Rows, others: Rows) =>
    HALVES.filter((half) => !decision.isWithin(truth(rows[half]), truth(others[half])));
  const [wider, narrower] = [within(after.rows, before.rows), within(before.rows, after.rows)];
  const parts = [
    ...(gained.length > 0 ? [`can now ${what(gained)} too`] : []),
    ...(lost.length > 0 ? [`can no longer ${what(lost)}`] : []),
    ...tellRows(given, wider, narrower, known),
  ];
  if (parts.length === 0) return;
  const isWider = gained.length > 0 || wider.length > 0;
  const isNarrower = lost.length > 0 || narrower.length > 0;
  return { mark: isWider ? (isNarrower ? 'changed' : opens) : 'narrowed', rest: parts.join(', and ') };
}

function tellWhat({ command, relation }: Case, columns: readonly string[]): string {
  return `${VERBS[command]} ${relation.name}${command === 'DELETE' ? '' : tellColumns(columns, relation.columns)}`;
}

function tellRows(
  given: Case,
  wider: readonly Half[],
  narrower: readonly Half[],
  known: ReadonlyMap<string, boolean>,
): string[] {
  if (wider.length === 0 && narrower.length === 0) return [];
  const { decision, command, relation, before, after } = given;
  const verb = `${VERBS[command]} ${relation.name}`;
  const hasTenant = relation.columns.includes('organisation_id');
  if (narrower.length === 0 && HALVES.every((half) => decision.truth(after.rows[half]) === ALWAYS)) {
    return [`can now ${verb}${whose(decision, ALWAYS, after.rows.found, hasTenant)}`];
  }
  const gone = (halves: readonly Half[], from: Rows, to: Rows) => [
    ...new Set(halves.flatMap((half) => conditionsGone(decision, from[half], to[half], known))),
  ];
  const more = tellConditions(
    gone(wider, before.rows, after.rows),
    'no longer only',
    'where its policies refused before',
  );
  const less = tellConditions(
    gone(narrower, after.rows, before.rows),
    'now only',
    'now refused where its policies allowed before',
  );
  if (wider.length > 0 && narrower.length > 0) return [`can ${verb} in other rows: ${more}; ${less}`];
  // Which rows a change finds is one thing, and what it may make of them another.
  const isOfResult = command === 'UPDATE' && ![...wider, ...narrower].includes('found');
  if (isOfResult) {
    return [
      wider.length > 0
        ? `can now change rows of ${relation.name} to what was refused: ${more}`
        : `can change rows of ${relation.name} to less: ${less}`,
    ];
  }
  return [wider.length > 0 ? `can now ${verb} in more rows: ${more}` : `can ${verb} in fewer rows: ${less}`];
}

/** The first says what it is about; the details have all. */
function tellConditions([first, ...others]: readonly string[], where: string, otherwise: string): string {
  if (first === undefined) return otherwise;
  return `${where} where ${first}${others.length === 0 ? '' : `, and ${others.length} more`}`;
}

/** A view has no policies: it shows what its reader, or what its owner may see. */
function ofView({ relation, command, hidden }: Case): string | undefined {
  const { kind, isInvoker, owner } = relation;
  if (kind === 'table') return;
  if (kind !== 'view') return ', every row, as it knows no policies';
  if (relation.isTriggered && command !== 'SELECT') return ', by what its triggers do';
  if (!isInvoker) return `, every row that its owner ${owner} may see`;
  const among = hidden.length > 0 ? `, ${listed(hidden)} among it` : '';
  return `, as far as they may read what it shows${among}`;
}

/** A right without the name to use it by: a view or a function that is given the name makes it whole. */
function unnamed({ realm, relation }: Case): string {
  return relation.nameableBy.includes(realm) ? '' : ', though they cannot name it';
}
