import { changedLines, type Difference } from '../catalog/differences.ts';
import { kindOf } from '../catalog/snapshot.ts';
import { granteeOf } from '../sources/definitions.ts';

/** One difference between a database and the history, as a person tells it. */
export interface Drift {
  /** `policy provider_select on public.patients` */
  readonly key: string;
  readonly sentence: string;
  /** Whether somebody may reach more by it, or a guard is gone: what to look at first. */
  readonly opens: boolean;
  /** Lines of the definition: `-` as the history has it, `+` as the database has it. */
  readonly details: readonly string[];
}

/** A reading of one kind of object; the first that has something to say says it. */
type Reading = (difference: Difference) => { sentence: string; opens: boolean } | undefined;

/** Kinds whose loss takes a guard away. */
const GUARDS: readonly string[] = [
  'trigger',
  'constraint',
  'policy',
  'event trigger',
  'outer trigger',
  'outer policy',
];

const READINGS: readonly Reading[] = [
  readGrant,
  readPastPolicies,
  readMembership,
  readSetting,
  readPublication,
  readRows,
  readOutside,
  readRowSecurity,
  readOwner,
  readTrigger,
  readPolicy,
  readAnything,
];

/** Tells one difference: `before` is the history, `after` the database. */
export function tellDrift(difference: Difference): Drift {
  for (const read of READINGS) {
    const said = read(difference);
    if (said) return { key: difference.key, ...said, details: detailsOf(difference) };
  }
  throw new Error(`nothing to say of ${difference.key}`);
}

function readGrant({ key, before = '', after = '' }: Difference) {
  const { object, grantee } = granteeOf(key);
  if (object === '') return;
  const who = grantee === 'PUBLIC' ? 'everybody (PUBLIC)' : grantee;
  const had = before.split('\n').filter(Boolean);
  const has = after.split('\n').filter(Boolean);
  const more = has.filter((privilege) => !had.includes(privilege));
  const less = had.filter((privilege) => !has.includes(privilege));
  const told = [
    ...(more.length > 0 ? [`holds ${list(more)} on ${object}, which no migration grants`] : []),
    ...(less.length > 0 ? [`lacks ${list(less)} on ${object}, which a migration grants`] : []),
  ];
  return { sentence: `${who} ${told.join('; and ')}`, opens: more.length > 0 };
}

function readPastPolicies({ key, change, before, after }: Difference) {
  const role = /^role (.+) past policies$/.exec(key)?.[1];
  if (!role) return;
  return change === 'removed'
    ? { sentence: `${role} is no longer ${before}`, opens: false }
    : { sentence: `${role} reaches every row whatever policies say: ${after}`, opens: true };
}

function readMembership({ key, change }: Difference) {
  const parts = /^membership of (.+) in (.+)$/.exec(key);
  if (!parts) return;
  const [, member = '', role = ''] = parts;
  return change === 'removed'
    ? { sentence: `${member} can no longer become ${role}, as a migration lets it`, opens: false }
    : { sentence: `${member} can become ${role}, which no migration lets it`, opens: true };
}

function readSetting({ key, change, before, after }: Difference) {
  const name = /^setting (.+)$/.exec(key)?.[1];
  if (!name) return;
  return {
    sentence:
      change === 'removed'
        ? `the setting ${name} is gone; it was ${before}`
        : `the setting ${name} is ${after}${before === undefined ? '' : ` instead of ${before}`}`,
    opens: true,
  };
}

function readPublication({ key, change }: Difference) {
  const parts = /^publication (\S+) of (.+)$/.exec(key);
  if (!parts || change === 'removed') return;
  return {
    sentence: `${parts[2]} leaves by the publication ${parts[1]}, whatever policies say`,
    opens: true,
  };
}

/** Rows that a migration wrote, or that nobody should have. */
function readRows({ key, change, before = '', after = '' }: Difference) {
  const kind = kindOf(key);
  if (kind !== 'bucket' && kind !== 'deployment setting') return;
  return change === 'removed'
    ? { sentence: `${key} is missing: it was ${before}`, opens: true }
    : { sentence: `${key} is ${after}, which no migration says`, opens: true };
}

/** What stands elsewhere and reaches ours. */
function readOutside({ key, change, after = '' }: Difference) {
  const kind = kindOf(key);
  if (change !== 'removed' && kind === 'row-level security')
    return { sentence: `${key} is ${after}`, opens: true };
  if (change !== 'added') return;
  if (['attributes', 'outer table', 'outer view', 'outer function', 'owner'].includes(kind))
    return { sentence: `${key} is in no migration: ${after}`, opens: true };
  if (['event trigger', 'user mapping'].includes(kind))
    return { sentence: `${key} is in no migration`, opens: true };
}

function readRowSecurity({ key, before = '', after = '' }: Difference) {
  if (kindOf(key) !== 'table') return;
  const security = (definition: string) => /row level security (.+)/.exec(definition)?.[1];
  const [was, is] = [security(before), security(after)];
  if (was === undefined || was === is || is === undefined) return;
  return { sentence: `row-level security of ${nameOf(key)} is ${is} instead of ${was}`, opens: true };
}

function readOwner({ key, change, before = '', after = '' }: Difference) {
  if (change !== 'changed') return;
  const owner = (definition: string) => /(?:^|\s)owner (\S+)$/m.exec(definition)?.[1];
  const [was, is] = [owner(before), owner(after)];
  if (!was || !is || was === is) return;
  const also = before.replace(`owner ${was}`, '') !== after.replace(`owner ${is}`, '');
  return {
    sentence: `${key} belongs to ${is} instead of ${was}${also ? ', and is not as the migrations left it' : ''}`,
    opens: true,
  };
}

function readTrigger({ key, change, before = '', after = '' }: Difference) {
  if (kindOf(key) !== 'trigger' || change !== 'changed') return;
  const state = (definition: string) => definition.split('\n').at(-1);
  if (state(before) === state(after)) return;
  return { sentence: `${key} is ${state(after)} instead of ${state(before)}`, opens: true };
}

function readPolicy({ key, change, before = '', after = '' }: Difference) {
  if (!['policy', 'outer policy'].includes(kindOf(key))) return;
  const facts = (definition: string) => definition.split('\n').slice(0, 3).join(' ').replace(/^as /, '');
  if (change === 'added') {
    const permissive = after.startsWith('as permissive');
    return { sentence: `${key} is in no migration: ${facts(after)}`, opens: permissive };
  }
  if (change === 'removed') {
    return { sentence: `${key} is missing: ${facts(before)}`, opens: before.startsWith('as restrictive') };
  }
  return { sentence: `${key} is not as the migrations left it`, opens: true };
}

function readAnything({ key, change }: Difference) {
  const kind = kindOf(key);
  // A view or function beside ours shows what its owner may see; a rule does something else than was asked; a step is one more way.
  const shows = ['view', 'materialized view', 'function', 'procedure', 'rule', 'transition'].includes(kind);
  if (change === 'added') {
    return { sentence: `${key} is in no migration`, opens: shows || kind.startsWith('default privileges') };
  }
  if (change === 'removed') return { sentence: `${key} is missing`, opens: GUARDS.includes(kind) };
  const isCode = shows || GUARDS.includes(kind) || kind.startsWith('default privileges');
  return { sentence: `${key} is not as the migrations left it`, opens: isCode };
}

/** What is new or gone is told by how it begins; what changed, by its changed lines. */
function detailsOf(difference: Difference): readonly string[] {
  if (difference.change === 'changed') return changedLines(difference);
  const whole = difference.after ?? difference.before ?? '';
  return whole
    .split('\n')
    .slice(0, 12)
    .map((line) => `  ${line}`);
}

function nameOf(key: string): string {
  return key.replace(/^\S+ /, '');
}

function list(privileges: readonly string[]): string {
  return privileges.map((privilege) => privilege.toLowerCase()).join(', ');
}
