import { compareCatalogs, type Difference } from '../catalog/differences.ts';
import type { Catalog } from '../catalog/snapshot.ts';
import { dropStatement, granteeOf, ownerLine, policyClauses, withoutOwner } from '../sources/definitions.ts';
import type { SourceObject } from '../sources/gather.ts';
import { isGrant, isManaged, ownersThatLackCreate, withoutSource } from '../sources/managed.ts';
import type { Sources } from '../sources/sources.ts';
import { grantStatements } from './grants.ts';
import { alterPolicy } from './policy-text.ts';

/**
 * Writes the statements that lead from the replayed history to the sources, and no other: functions, policies, triggers,
 * grants, and the drops last, so that nothing loses what it uses before it has its replacement.
 *
 * @param before the catalog of the replayed history.
 * @param after the catalog after {@link applySources}.
 * @returns SQL, empty where nothing differs.
 */
export function compose(before: Catalog, after: Catalog, sources: Sources): string {
  const differences = new Map(
    compareCatalogs(before, after, { only: isManaged }).map((difference) => [difference.key, difference]),
  );
  const functions = sources.functions.flatMap((object) => functionText(object, differences));
  const given = sources.functions.filter(({ key, owner }) => owner && ownerChanges(differences.get(key)));
  const wrap = ownersThatLackCreate(given, before);
  const blocks = [
    ...rightsToOwn(wrap, 'grant', 'to'),
    ...functions,
    ...rightsToOwn(wrap, 'revoke', 'from'),
    ...sources.policies.flatMap((object) => policyText(object, differences)),
    ...sources.triggers.flatMap((object) => triggerText(object, differences)),
    ...grantTexts(differences, before),
    ...drops(before, sources),
  ];
  return blocks.map((block) => `${block}\n`).join('\n');
}

/** Held only while the functions change hands. */
function rightsToOwn(wrap: ReturnType<typeof ownersThatLackCreate>, verb: string, to: string): string[] {
  const roles = [...new Set(wrap.map(({ role }) => role))];
  return roles.map((owner) => {
    const schemas = wrap.filter(({ role }) => role === owner).map(({ schema }) => schema);
    return `${verb} create on schema ${schemas.join(', ')} ${to} ${owner};`;
  });
}

/** A new function comes as its file has it; of a known one, only the statements that change something. */
function functionText(object: SourceObject, differences: ReadonlyMap<string, Difference>): string[] {
  const difference = differences.get(object.key);
  if (difference?.change === 'added') return [object.text];
  const parts: string[] = [];
  if (difference && withoutOwner(difference.before ?? '') !== withoutOwner(difference.after ?? '')) {
    parts.push(object.definition.text);
  }
  if (ownerChanges(difference)) {
    // Without an owner in its source, a function belongs to whoever migrates.
    parts.push(object.owner?.text ?? `alter ${object.key} owner to current_user;`);
  }
  if (differences.has(`comment on ${object.key}`) && object.comment) parts.push(object.comment.text);
  return parts.length > 0 ? [parts.join('\n')] : [];
}

function ownerChanges(difference: Difference | undefined): boolean {
  return difference !== undefined && ownerLine(difference.before) !== ownerLine(difference.after);
}

function policyText(object: SourceObject, differences: ReadonlyMap<string, Difference>): string[] {
  const { key, definition, comment } = object;
  const difference = differences.get(key);
  if (!difference) return commentText(object, differences);
  if (difference.change === 'added') return [[definition.text, comment?.text].filter(Boolean).join('\n')];
  const was = policyClauses(difference.before ?? '');
  const is = policyClauses(difference.after ?? '');
  // ALTER POLICY can neither change the command nor take a clause away.
  const alterable = was.shape === is.shape && !(was.using && !is.using) && !(was.check && !is.check);
  if (alterable && (is.roles !== 'PUBLIC' || was.roles === 'PUBLIC')) {
    return [[alterPolicy(definition.sql), ...commentText(object, differences)].join('\n')];
  }
  return [[`drop ${key};`, definition.text, comment?.text].filter(Boolean).join('\n')];
}

function triggerText(object: SourceObject, differences: ReadonlyMap<string, Difference>): string[] {
  const { key, definition, state, comment } = object;
  const difference = differences.get(key);
  if (!difference) return commentText(object, differences);
  const again = difference.change === 'changed' && definition.tree.isconstraint;
  // Replacing a trigger sets it back to plain ENABLE, so its state always comes along; its comment stays.
  const said = difference.change === 'added' || again ? [comment?.text] : commentText(object, differences);
  return [[again && `drop ${key};`, definition.text, state?.text, ...said].filter(Boolean).join('\n')];
}

function commentText({ key, comment }: SourceObject, differences: ReadonlyMap<string, Difference>): string[] {
  if (!differences.has(`comment on ${key}`)) return [];
  return [comment?.text ?? `comment on ${key} is null;`];
}

/** Grants of functions that are new come with their text. One block for each object. */
function grantTexts(differences: ReadonlyMap<string, Difference>, before: Catalog): string[] {
  const blocks = new Map<string, string[]>();
  for (const difference of differences.values()) {
    if (!isGrant(difference.key)) continue;
    const { object } = granteeOf(difference.key);
    const isFunction = /^(function|procedure) /.test(object);
    if (isFunction && (!before.has(object) || differences.get(object)?.change === 'removed')) continue;
    blocks.set(object, [...(blocks.get(object) ?? []), ...grantStatements(difference)]);
  }
  return [...blocks.values()].map((statements) => statements.join('\n'));
}

function drops(before: Catalog, sources: Sources): string[] {
  const statements = withoutSource(before, sources).map((key) => `${dropStatement(key)};`);
  return statements.length > 0 ? [statements.join('\n')] : [];
}
