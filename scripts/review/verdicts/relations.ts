import { NEVER, TooManySituations } from '../conditions/decision.ts';
import { printCondition } from '../conditions/print-condition.ts';
import type { Command, Reach, Relation } from '../reach/reach.ts';
import { byName, type Case, type Grasp, graspOf, hiddenFrom, imprint } from './grasp.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { ANY_OTHER, decisionOfRows, nameOfRole, rolesIn, wholeOf } from './rows.ts';
import { isSame } from './same.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';
import { listed, nameOfRealm, tellColumns, VERBS } from './words.ts';

const COMMANDS: readonly Command[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** Compares what every role reaches of the rows and columns of every relation. */
export function compareRelations(before: Reach, after: Reach): Verdict[] {
  const [old, now] = [byName(before.relations), byName(after.relations)];
  const realms = [...new Set([...before.roles, ...after.roles].map(({ name }) => name))];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (!is) return was ? gone(was, was.name) : [];
    if (is.kind === 'sequence' || isSame(was, is)) return [];
    const lost = was?.columns.filter((column) => !is.columns.includes(column)) ?? [];
    const verdicts = [
      ...(was && lost.length > 0 ? gone(was, `${name}${tellColumns(lost, was.columns)}`) : []),
      ...realms
        .filter((realm) => imprint(was, realm) !== imprint(is, realm))
        .flatMap((realm) => COMMANDS.flatMap((command) => judge(was, is, realm, command, now))),
    ];
    const unread = was ? forOthers(was, is, realms) : [];
    if (verdicts.length + unread.length > 0 || !was || !isRewritten(was, is)) return [...verdicts, ...unread];
    return [written(name)];
  });
}

/** What happens to its data is told by whoever looks for lost data. */
function gone({ name, held }: Relation, what: string): Verdict[] {
  if (Object.keys(held).length === 0) return [];
  return [{ mark: 'narrowed', realm: EVERYBODY, about: name, sentence: `${what} is gone` }];
}

/** Whether its policies say anything else; who is a member of whom is told of the roles. */
function isRewritten(was: Relation, is: Relation): boolean {
  const said = ({ policies }: Relation) =>
    JSON.stringify(policies.map(({ appliesTo: _, ...policy }) => policy));
  return said(was) !== said(is);
}

/** Policies for roles whose reach is not read: what they let through, nobody has compared. */
function forOthers(was: Relation, is: Relation, realms: readonly string[]): Verdict[] {
  const unread = ({ policies }: Relation) =>
    policies
      .filter(({ to }) => to.some((role) => !realms.includes(role) && !/^public$/i.test(role)))
      .map(({ appliesTo: _, ...policy }) => policy);
  if (JSON.stringify(unread(was)) === JSON.stringify(unread(is))) return [];
  const roles = [...new Set([...unread(was), ...unread(is)].flatMap(({ to }) => to))].sort();
  const sentence = `the policies of ${is.name} for ${listed(roles)} say otherwise`;
  return [{ mark: 'changed', realm: EVERYBODY, about: is.name, sentence }];
}

function written(name: string): Verdict {
  const sentence = `the policies of ${name} are written otherwise, and let through the same`;
  return { mark: 'equal', realm: EVERYBODY, about: name, sentence };
}

function judge(
  was: Relation | undefined,
  is: Relation,
  realm: string,
  command: Command,
  relations: ReadonlyMap<string, Relation>,
): Verdict[] {
  try {
    const [before, after] = [graspOf(was, realm, command), graspOf(is, realm, command)];
    return decide({
      realm,
      command,
      relation: is,
      before,
      after,
      hidden: is.isInvoker ? hiddenFrom(realm, is, relations) : [],
      decision: decisionOfRows(...Object.values(before.rows), ...Object.values(after.rows)),
    });
  } catch (error) {
    // Nested deeper than the stack is as good as too many.
    if (!(error instanceof TooManySituations || error instanceof RangeError)) throw error;
    const rest = `can ${VERBS[command]} ${is.name} under conditions that are too many to compare`;
    return [{ mark: 'changed', realm, about: is.name, command, sentence: `${nameOfRealm(realm)} ${rest}` }];
  }
}

/** Asks for every role that the conditions name, and for all others: who gets the same is told in one sentence. */
function decide(given: Case): Verdict[] {
  const { decision, before, after } = given;
  const reaches = ({ rows }: Grasp) => decision.truth(wholeOf(rows)) !== NEVER;
  if (!reaches(before) && !reaches(after)) return unused(given);
  const named = rolesIn(before.rows.found, before.rows.written, after.rows.found, after.rows.written);
  const outcomes = new Map<string, { readonly outcome: Outcome; readonly roles: string[] }>();
  for (const role of [...named, ANY_OTHER]) {
    const outcome = outcomeOf(given, role, named);
    if (!outcome) continue;
    const key = `${outcome.mark} ${outcome.rest}`;
    const known = outcomes.get(key);
    if (known) known.roles.push(role);
    else outcomes.set(key, { outcome, roles: [role] });
  }
  return [...outcomes.values()].map(({ roles, outcome: { mark, rest } }) => ({
    mark,
    realm: given.realm,
    about: given.relation.name,
    command: given.command,
    sentence: `${subject(given.realm, roles, named)} ${rest}`,
    details: [
      ...describe('before', given.before, given.command),
      ...describe('now', given.after, given.command),
    ],
  }));
}

/** A privilege behind which no policy lets a row through: nothing yet, and half of something. */
function unused({ realm, command, relation, before, after }: Case): Verdict[] {
  const gained = after.columns.filter((column) => !before.columns.includes(column));
  if (gained.length === 0) return [];
  const right = `${command}${tellColumns(gained, relation.columns)}`;
  const sentence = `${right} on ${relation.name} is now granted to ${nameOfRealm(realm)}, and no policy lets them have a row`;
  return [{ mark: 'equal', realm, about: relation.name, command, sentence }];
}

function subject(realm: string, roles: readonly string[], named: readonly string[]): string {
  if (named.length === 0 || roles.length > named.length) return nameOfRealm(realm);
  const told = roles.map((role) =>
    role === ANY_OTHER ? `${nameOfRealm(realm)} of every other role` : nameOfRole(role),
  );
  return listed(told);
}

function describe(when: string, { columns, rows }: Grasp, command: Command): string[] {
  if (columns.length === 0) return [`${when}: nothing`];
  const found = printCondition(rows.found);
  const wrote = printCondition(rows.written);
  return command === 'UPDATE' && found !== wrote
    ? [`${when}: where ${found}`, `${when}, what is written: ${wrote}`]
    : [`${when}: where ${found}`];
}
