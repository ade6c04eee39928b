import type { Decision } from '../conditions/decision.ts';
import type { Command, Relation } from '../reach/reach.ts';
import { NO_ROWS, type Rows, rowsOf } from './rows.ts';

/** What a role reaches of one relation by one command. */
export interface Grasp {
  readonly columns: readonly string[];
  readonly rows: Rows;
}

/** One comparison: who, by what, of what. */
export interface Case {
  readonly realm: string;
  readonly command: Command;
  readonly relation: Relation;
  readonly before: Grasp;
  readonly after: Grasp;
  /** Of an invoker view: what it shows and its reader cannot name. Nothing else is opened by one. */
  readonly hidden: readonly string[];
  readonly decision: Decision;
}

const NOTHING: Grasp = { columns: [], rows: NO_ROWS };

export function graspOf(relation: Relation | undefined, role: string, command: Command): Grasp {
  const held = relation?.held[role];
  if (!relation || !held) return NOTHING;
  const columns = command === 'DELETE' ? (held.DELETE ? relation.columns : []) : held[command];
  return columns.length === 0 ? NOTHING : { columns, rows: rowsOf(relation, role, command) };
}

/** All that decides what one role reaches of a relation: where it is the same text, there is nothing to prove. */
export function imprint(relation: Relation | undefined, realm: string): string {
  if (!relation?.held[realm]) return '';
  const { kind, columns, rowSecurity, isInvoker, owner, policies } = relation;
  const applying = policies
    .filter(({ appliesTo }) => appliesTo.includes(realm))
    .map(({ isPermissive, command, using, check }) => [isPermissive, command, using, check]);
  const runsAs = kind === 'view' && !isInvoker ? owner : '';
  return JSON.stringify([kind, columns, rowSecurity, isInvoker, runsAs, relation.held[realm], applying]);
}

/** Relations that an invoker view shows a role and that it could not name itself. */
export function hiddenFrom(
  realm: string,
  { shows }: Relation,
  relations: ReadonlyMap<string, Relation>,
): readonly string[] {
  return shows.filter((name) => {
    const shown = relations.get(name);
    return shown !== undefined && !shown.nameableBy.includes(realm);
  });
}

export function byName(relations: readonly Relation[]): ReadonlyMap<string, Relation> {
  return new Map(relations.map((relation) => [relation.name, relation]));
}
