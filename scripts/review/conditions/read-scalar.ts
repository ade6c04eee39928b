import { all, any, atom, type Formula } from './formula.ts';
import { argumentsOf, between, wordsOf } from './scan-text.ts';

/** What a role of a clinic is called as an atom, and one of operations: two lists, both of which have an admin. */
export const CLINIC_ROLE = 'the role is ';
export const OPERATIONS_ROLE = "the operator's role is ";

/** The row stands in the organisation that the caller acts in. */
export const OWN_TENANT = "the row is of the caller's current organisation";
/** The caller acts in an organisation at all: whoever has a role there does, and whose row stands there. */
export const MEMBER = 'the caller is a member of an organisation';
/** The caller is an operator. */
export const OPERATOR = 'the caller is an operator';

/** A window of the day, by full hours. */
export const HOURS = /^it is within the hours (\d+) to (\d+)$/;

interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

/** `( SELECT authz.holds('{doctor}', '{}') AS holds)`, or the call alone. */
function callOf(text: string): Call | undefined {
  const selected = between(text, '( SELECT ');
  const call = selected === undefined ? text : /^(.*) AS \w+$/s.exec(selected)?.[1];
  const name = /^authz\.(\w+)\(/.exec(call ?? '')?.[1];
  const list = name && between(call ?? '', `authz.${name}(`);
  return name === undefined || list === undefined ? undefined : { name, args: argumentsOf(list) };
}

/** `(select authz.holds('{doctor}', '{}'))`; with `organisation`, whether `(select authz.organisation_for(…))` is anything. */
export function isAudience(text: string, of: 'truth' | 'organisation' = 'truth'): Formula | undefined {
  const call = callOf(text);
  if (!call) return;
  const { name, args } = call;
  if (of === 'organisation') return audienceOf(call);
  if (name === 'holds' && args.length === 2) return audience(args);
  const roles = wordsOf(args[0]);
  if (name === 'is_operator' && args.length === 1 && roles)
    return all([atom(OPERATOR), ...(roles.length === 0 ? [] : [oneOf(OPERATIONS_ROLE, roles)])]);
  return;
}

/** `organisation_id = (select authz.organisation_for('{doctor}', '{}'))`, or the first of several such scalars. */
export function isOfOwnTenant(column: string, scalar: string): Formula | undefined {
  if (column !== 'organisation_id') return;
  const several = between(scalar, 'COALESCE(');
  const readings = (several === undefined ? [scalar] : argumentsOf(several)).map((text) => {
    const call = callOf(text);
    return call && audienceOf(call);
  });
  const read = readings.filter((reading) => reading !== undefined);
  if (read.length < readings.length || read.length === 0) return;
  return all([atom(OWN_TENANT), any(read)]);
}

/** For whom a scalar gives their organisation; for anybody else it is null. */
function audienceOf({ name, args }: Call): Formula | undefined {
  if (name === 'organisation_id' && args.length === 0) return atom(MEMBER);
  if (name === 'organisation_for' && args.length === 2) return audience(args);
  if (name === 'insights_organisation_id' && args.length === 0)
    return all([atom(MEMBER), atom('the capability insights_admin is held'), atom('Smart Insights is on')]);
  if (name !== 'organisation_within' || args.length !== 5) return;
  const [, , hours = '', network = '', last] = args;
  const purposes = wordsOf(last);
  const who = audience(args);
  if (!who || !purposes) return;
  return all([
    who,
    ...(/^NULL\b/i.test(hours) ? [] : [atom(`it is within ${hoursOf(hours)}`)]),
    ...(network === 'true' ? [atom('the network is allowed')] : network === 'false' ? [] : [atom(network)]),
    ...(purposes.length === 0 ? [] : [any(purposes.map((purpose) => atom(`the purpose is ${purpose}`)))]),
  ]);
}

/** `'{8,18}'::integer[]`; an empty window is the organisation's own. */
function hoursOf(text: string): string {
  const window = /^'\{(\d*),?(\d*)\}'::integer\[\]$/.exec(text);
  if (!window) return `the hours ${text}`;
  return window[1] === '' ? 'business hours' : `the hours ${window[1]} to ${window[2]}`;
}

/** Roles are alternatives, none of them meaning any member; capabilities are all needed. */
function audience([roles, capabilities]: readonly string[]): Formula | undefined {
  const [anyOf, allOf] = [wordsOf(roles), wordsOf(capabilities)];
  if (!anyOf || !allOf) return;
  return all([
    anyOf.length === 0 ? atom(MEMBER) : oneOf(CLINIC_ROLE, anyOf),
    ...allOf.map((capability) => atom(`the capability ${capability} is held`)),
  ]);
}

function oneOf(kind: string, names: readonly string[]): Formula {
  return any(names.map((name) => atom(`${kind}${name}`)));
}
