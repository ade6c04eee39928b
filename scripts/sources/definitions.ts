/** Reading the keys and definitions of a catalog snapshot. */

/** The owner that a definition ends with: `owner cordon_definer`. */
export function ownerLine(definition: string | undefined): string | undefined {
  return definition === undefined ? undefined : /(?:^|\s)owner (\S+)$/.exec(definition)?.[1];
}

/** A definition without its owner. */
export function withoutOwner(definition: string): string {
  return definition.replace(/\s*\bowner \S+$/, '');
}

/** `grants on function authz.holds(text[], text[]) to patient` → the object as SQL names it, and the grantee; both empty for another key. */
export function granteeOf(key: string): { readonly object: string; readonly grantee: string } {
  const { object = '', grantee = '' } =
    /^grants on (?<object>.+) to (?<grantee>\S+|".+")$/s.exec(key)?.groups ?? {};
  return { object, grantee };
}

/** Keys of policies, triggers and functions are what DROP takes. */
export function dropStatement(key: string): string {
  return `drop ${key}`;
}

/** The clauses of a policy's definition: `using (…)` and its like, by their first words. */
export function policyClauses(definition: string): {
  readonly shape: string;
  readonly roles: string;
  readonly using: boolean;
  readonly check: boolean;
} {
  const lines = definition.split('\n');
  return {
    shape: lines.slice(0, 2).join(' '),
    roles: lines[2]?.replace(/^to /, '') ?? '',
    using: lines.some((line) => line.startsWith('using (')),
    check: lines.some((line) => line.startsWith('with check (')),
  };
}
