import type { Reach } from '../reach/reach.ts';

/** Tables of the platform whose rows decide: who somebody is, and which files are public. */
const OF_THE_PLATFORM: readonly string[] = ['auth.users', 'auth.sessions', 'storage.buckets'];

/** What becomes a membership, lets a vendor have data, or answers for operations: no policy reads it, and a function does that lets in. */
const OF_OFFICES: readonly string[] = [
  'public.invitations',
  'governance.schema_changes',
  'governance.processors',
  'governance.purpose_grants',
];

/** What is kept for how long, left out of what a person gets, or kept from destruction. */
const RULING: readonly string[] = [
  'governance.retention_rules',
  'governance.erasure_rules',
  'governance.export_exclusions',
  'governance.subject_links',
  'governance.deadlines',
  'public.legal_holds',
  'public.retention_extensions',
];

/**
 * Tables whose rows decide who may do what: what policies and the functions that they ask read, through whatever they call and
 * through views. Who writes a row there grants or takes something as a policy does.
 */
export function decidingTables(reach: Reach): ReadonlySet<string> {
  const kinds = new Map(reach.relations.map(({ name, kind }) => [name, kind]));
  const found = [...readByPolicies(reach)].filter((name) => kinds.get(name) === 'table');
  return new Set([...found, ...[...OF_THE_PLATFORM, ...OF_OFFICES].filter((name) => kinds.has(name))]);
}

/** Tables whose rows decide what becomes of other rows. */
export function rulingTables({ relations }: Reach): ReadonlySet<string> {
  return new Set(relations.map(({ name }) => name).filter((name) => RULING.includes(name)));
}

/** Tables whose rows nobody alters once they are written, and parts of them: evidence of what happened. */
export function recordTables({ triggers, relations }: Reach): ReadonlySet<string> {
  const whole = new Set(
    triggers.filter(({ definition }) => definition.includes(' authz.tg__append_only(')).map(({ on }) => on),
  );
  const parts = relations.filter(({ parents }) => parents.some((parent) => whole.has(parent)));
  return new Set([...whole, ...parts.map(({ name }) => name)]);
}

/** Views whose query decides: by which policies decide, and by which somebody acts with another's rights. */
interface DecidingViews {
  readonly ofPolicies: ReadonlySet<string>;
  readonly ofDefiners: ReadonlySet<string>;
}

export function decidingViews(reach: Reach): DecidingViews {
  const definers = reach.routines.filter(({ isDefiner }) => isDefiner).map(({ name }) => bare(name));
  const owners = reach.relations
    .filter(({ kind, isInvoker, held }) => kind === 'view' && !isInvoker && Object.keys(held).length > 0)
    .map(({ name }) => name);
  const views = new Set(
    reach.relations.filter(({ definition }) => definition !== null).map(({ name }) => name),
  );
  const only = (names: ReadonlySet<string>) => new Set([...names].filter((name) => views.has(name)));
  const [own, read] = [new Set(owners), readFrom(reach, [...definers, ...owners])];
  return {
    ofPolicies: only(readByPolicies(reach)),
    // Whoever reads it is told of that one itself.
    ofDefiners: only(new Set([...read].filter((name) => !own.has(name)))),
  };
}

function readByPolicies(reach: Reach): ReadonlySet<string> {
  const asked = reach.routines
    .filter(({ askedBy }) => askedBy.some((asker) => asker.startsWith('policy ')))
    .map(({ name }) => bare(name));
  const said = reach.relations.flatMap(({ policies }) =>
    policies.flatMap(({ using, check }) => namesIn(`${using} ${check}`)),
  );
  return readFrom(reach, [...asked, ...said]);
}

/** Everything that these read or call, and what that does. */
export function readFrom({ relations, routines }: Reach, start: readonly string[]): ReadonlySet<string> {
  const texts = new Map<string, string>();
  const add = (name: string, text: string) => texts.set(name, `${texts.get(name) ?? ''} ${text}`);
  for (const { name, body } of routines) add(bare(name), body);
  for (const { name, definition } of relations) add(name, definition ?? '');
  const waiting = start.filter((name) => texts.has(name));
  const seen = new Set(waiting);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const word of namesIn(texts.get(name) ?? '')) {
      if (seen.has(word) || !texts.has(word)) continue;
      seen.add(word);
      waiting.push(word);
    }
  }
  return seen;
}

/** By the text: what is before and after a migration is the same but for a few, and is asked about several times each. */
const known = new Map<string, readonly string[]>();

/** `public.beds`, and whatever somebody else called a table: `public."My Table"`. */
const QUALIFIED = /(?:\b[a-z_]\w*|"(?:[^"]|"")+")\.(?:[a-z_]\w*\b|"(?:[^"]|"")+")/g;

function namesIn(text: string): readonly string[] {
  const names = known.get(text) ?? [...new Set(text.match(QUALIFIED))];
  known.set(text, names);
  return names;
}

/** The name of a routine without its arguments; a quoted name may hold a bracket. */
export function bare(name: string): string {
  return /^(?:[^("]|"(?:[^"]|"")*")*/.exec(name)?.[0] ?? name;
}
