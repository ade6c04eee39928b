import { ALWAYS, type Decision, NEVER, type Situations, TooManySituations } from '../conditions/decision.ts';
import { printCondition } from '../conditions/print-condition.ts';
import type { Command, Holding, Reach, Relation } from '../reach/reach.ts';
import {
  ANY_OTHER,
  asRole,
  conditionsGone,
  decisionOfRows,
  NO_ROWS,
  nameOfRole,
  type Rows,
  rolesIn,
  rowsOf,
  wholeOf,
  whose,
} from './rows.ts';
import { EVERYBODY, type Mark, type Verdict } from './verdict.ts';
import { listed, nameOfRealm, tellColumns, VERBS } from './words.ts';

const COMMANDS: readonly Command[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** What a role reaches of one relation by one command. */
interface Grasp {
  readonly columns: readonly string[];
  readonly rows: Rows;
}

const NOTHING: Grasp = { columns: [], rows: NO_ROWS };

/** One comparison: who, by what, of what. */
interface Case {
  readonly realm: string;
  readonly command: Command;
  readonly relation: Relation;
  readonly before: Grasp;
  readonly after: Grasp;
  /** Of an invoker view: what it shows and its reader cannot name. Nothing else is opened by one. */
  readonly hidden: readonly string[];
  readonly decision: Decision;
}

/** Compares what every role reaches of the rows and columns of every relation. */
export function compareRelations(before: Reach, after: Reach): Verdict[] {
  const [old, now] = [byName(before.relations), byName(after.relations)];
  const realms = [...new Set([...before.roles, ...after.roles].map(({ name }) => name))];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (!is) return was ? gone(was) : [];
    if (is.kind === 'sequence' || JSON.stringify(was) === JSON.stringify(is)) return [];
    const verdicts = realms
      .filter((realm) => imprint(was, realm) !== imprint(is, realm))
      .flatMap((realm) =>
        COMMANDS.flatMap((command) => {
          const [from, to] = [graspOf(was, realm, command), graspOf(is, realm, command)];
          const hidden = is.isInvoker ? hiddenFrom(realm, is, now) : [];
          return judge({
            realm,
            command,
            relation: is,
            before: from,
            after: to,
            hidden,
            decision: decisionOfRows(),
          });
        }),
      );
    return verdicts.length === 0 && was && isRewritten(was, is) ? [written(name)] : verdicts;
  });
}

/** What happens to its data is told by whoever looks for lost data. */
function gone({ name, held }: Relation): Verdict[] {
  if (Object.keys(held).length === 0) return [];
  return [{ mark: 'narrowed', realm: EVERYBODY, about: name, sentence: `${name} is gone` }];
}

/** All that decides what one role reaches of a relation: where it is the same text, there is nothing to prove. */
function imprint(relation: Relation | undefined, realm: string): string {
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

function isRewritten(was: Relation, is: Relation): boolean {
  return JSON.stringify(was.policies) !== JSON.stringify(is.policies);
}

function written(name: string): Verdict {
  return {
    mark: 'equal',
    realm: EVERYBODY,
    about: name,
    sentence: `the policies of ${name} are written otherwise, and let through the same`,
  };
}

function graspOf(relation: Relation | undefined, role: string, command: Command): Grasp {
  const held = relation?.held[role];
  if (!relation || !held) return NOTHING;
  const columns = columnsOf(held, relation, command);
  return columns.length === 0 ? NOTHING : { columns, rows: rowsOf(relation, role, command) };
}

function columnsOf(held: Holding, { columns }: Relation, command: Command): readonly string[] {
  return command === 'DELETE' ? (held.DELETE ? columns : []) : held[command];
}

function judge(given: Case): Verdict[] {
  try {
    return decide(given);
  } catch (error) {
    if (!(error instanceof TooManySituations)) throw error;
    const { realm, command, relation } = given;
    const rest = `can ${VERBS[command]} ${relation.name} under conditions that are too many to compare`;
    return [{ ...verdictOf(given, 'changed'), sentence: `${nameOfRealm(realm)} ${rest}` }];
  }
}

function decide(given: Case): Verdict[] {
  const { decision, before, after } = given;
  const reaches = ({ rows }: Grasp) => decision.truth(wholeOf(rows)) !== NEVER;
  if (!reaches(before) && !reaches(after)) return unused(given);
  const named = rolesIn(before.rows.found, before.rows.written, after.rows.found, after.rows.written);
  const outcomes = new Map<string, { roles: string[]; verdict: Omit<Verdict, 'sentence'>; rest: string }>();
  for (const role of named.length === 0 ? [ANY_OTHER] : [...named, ANY_OTHER]) {
    const outcome = outcomeOf(given, role, named);
    if (!outcome) continue;
    const key = `${outcome.mark} ${outcome.rest}`;
    const known = outcomes.get(key);
    if (known) known.roles.push(role);
    else outcomes.set(key, { roles: [role], rest: outcome.rest, verdict: verdictOf(given, outcome.mark) });
  }
  return [...outcomes.values()].map(({ roles, verdict, rest }) => ({
    ...verdict,
    sentence: `${subject(given.realm, roles, named)} ${rest}`,
  }));
}

/** A privilege behind which no policy lets a row through: nothing yet, and half of something. */
function unused({ realm, command, relation, before, after }: Case): Verdict[] {
  const gained = after.columns.filter((column) => !before.columns.includes(column));
  if (gained.length === 0) return [];
  const right = `${command}${tellColumns(gained, relation.columns)}`;
  return [
    {
      mark: 'equal',
      realm,
      about: relation.name,
      command,
      sentence: `${right} on ${relation.name} is now granted to ${nameOfRealm(realm)}, and no policy lets them have a row`,
    },
  ];
}

function subject(realm: string, roles: readonly string[], named: readonly string[]): string {
  if (named.length === 0 || roles.length > named.length) return nameOfRealm(realm);
  const told = roles.map((role) =>
    role === ANY_OTHER ? `${nameOfRealm(realm)} of every other role` : nameOfRole(role),
  );
  return listed(told);
}

function verdictOf({ realm, command, relation, before, after }: Case, mark: Mark): Omit<Verdict, 'sentence'> {
  return {
    mark,
    realm,
    about: relation.name,
    command,
    details: [...describe('before', before, command), ...describe('now', after, command)],
  };
}

function describe(when: string, { columns, rows }: Grasp, command: Command): string[] {
  if (columns.length === 0) return [`${when}: nothing`];
  const found = printCondition(rows.found);
  const wrote = printCondition(rows.written);
  return command === 'UPDATE' && found !== wrote
    ? [`${when}: where ${found}`, `${when}, what is written: ${wrote}`]
    : [`${when}: where ${found}`];
}

/** What changes for somebody of one role; nothing where nothing does. */
function outcomeOf(
  given: Case,
  role: string,
  named: readonly string[],
): { mark: Mark; rest: string } | undefined {
  const { decision, command, relation, before, after } = given;
  const as = (set: Situations) => asRole(decision, set, role, named);
  const halves = (['found', 'written'] as const).map((half) => ({
    was: as(decision.truth(before.rows[half])),
    is: as(decision.truth(after.rows[half])),
  }));
  const had = halves.every(({ was }) => was !== NEVER);
  const has = halves.every(({ is }) => is !== NEVER);
  if (!had && !has) return;
  const what = (columns: readonly string[]) =>
    `${VERBS[command]} ${relation.name}${command === 'DELETE' ? '' : tellColumns(columns, relation.columns)}`;
  const hasTenant = relation.columns.includes('organisation_id');
  const place =
    ofView(given) ?? whose(decision, as(decision.truth(after.rows.found)), after.rows.found, hasTenant);
  const opens = relation.isInvoker && given.hidden.length === 0 ? 'equal' : 'widened';
  if (!had) return { mark: opens, rest: `can now ${what(after.columns)}${place}${unnamed(given)}` };
  if (!has) return { mark: 'narrowed', rest: `can no longer ${what(before.columns)}` };

  const gained = after.columns.filter((column) => !before.columns.includes(column));
  const lost = before.columns.filter(
    (column) => relation.columns.includes(column) && !after.columns.includes(column),
  );
  const wider = halves.some(({ was, is }) => !decision.isWithin(is, was));
  const narrower = halves.some(({ was, is }) => !decision.isWithin(was, is));
  const parts = [
    ...(gained.length > 0 ? [`can now ${what(gained)} too`] : []),
    ...(lost.length > 0 ? [`can no longer ${what(lost)}`] : []),
    ...tellRows(given, { wider, narrower }, as),
  ];
  if (parts.length === 0) return;
  const isWider = gained.length > 0 || wider;
  const isNarrower = lost.length > 0 || narrower;
  return { mark: isWider ? (isNarrower ? 'changed' : opens) : 'narrowed', rest: parts.join(', and ') };
}

function tellRows(
  { decision, command, relation, before, after }: Case,
  { wider, narrower }: { readonly wider: boolean; readonly narrower: boolean },
  as: (set: Situations) => Situations,
): string[] {
  if (!wider && !narrower) return [];
  const verb = `${VERBS[command]} ${relation.name}`;
  const hasTenant = relation.columns.includes('organisation_id');
  if (!narrower && halvesAre(decision, after.rows)) {
    return [`can now ${verb}${whose(decision, ALWAYS, after.rows.found, hasTenant)}`];
  }
  const gone = (from: Rows, to: Rows) => [
    ...new Set(
      (['found', 'written'] as const).flatMap((half) => conditionsGone(decision, from[half], to[half], as)),
    ),
  ];
  const dropped = wider ? gone(before.rows, after.rows) : [];
  const added = narrower ? gone(after.rows, before.rows) : [];
  const more =
    dropped.length > 0 ? `no longer only where ${few(dropped)}` : 'where its policies refused before';
  const less =
    added.length > 0 ? `now only where ${few(added)}` : 'now refused where its policies allowed before';
  if (wider && narrower) return [`can ${verb} in other rows: ${more}; ${less}`];
  return [wider ? `can now ${verb} in more rows: ${more}` : `can ${verb} in fewer rows: ${less}`];
}

function halvesAre(decision: Decision, { found, written }: Rows): boolean {
  return decision.truth(found) === ALWAYS && decision.truth(written) === ALWAYS;
}

/** The first says what it is about; the details have all. */
function few([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first}, and ${others.length} more`;
}

/** A view has no policies: it shows what its reader, or what its owner may see. */
function ofView({ relation, hidden }: Case): string | undefined {
  const { kind, isInvoker, owner } = relation;
  if (kind === 'table') return;
  if (kind !== 'view') return ', every row, as it knows no policies';
  if (!isInvoker) return `, every row that its owner ${owner} may see`;
  const among = hidden.length > 0 ? `, ${listed(hidden)} among it` : '';
  return `, as far as they may read what it shows${among}`;
}

/** A right without the name to use it by: a view or a function that is given the name makes it whole. */
function unnamed({ realm, relation }: Case): string {
  return relation.nameableBy.includes(realm) ? '' : ', though they cannot name it';
}
