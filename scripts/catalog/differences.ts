import type { Catalog } from './snapshot.ts';

/** One entry in which two catalogs differ. */
export interface Difference {
  readonly key: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: string;
  readonly after?: string;
}

/**
 * Compares two catalogs entry by entry.
 *
 * @param options.only which keys count; all when left out.
 * @returns the differences, sorted by key.
 */
export function compareCatalogs(
  before: Catalog,
  after: Catalog,
  { only = () => true }: { readonly only?: (key: string) => boolean } = {},
): Difference[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter(only).sort();
  return keys.flatMap((key): Difference[] => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was === is) return [];
    if (was === undefined) return [{ key, change: 'added', after: is as string }];
    if (is === undefined) return [{ key, change: 'removed', before: was }];
    return [{ key, change: 'changed', before: was, after: is }];
  });
}

/** The lines in which the two definitions differ: `-` stands only before, `+` only after. */
export function changedLines({ before, after }: Difference): string[] {
  const [was, is] = [before?.split('\n') ?? [], after?.split('\n') ?? []];
  return [
    ...was.filter((line) => !is.includes(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** A difference as lines for a person: the key, and the lines of the definition that changed. */
export function describeDifference(difference: Difference): string[] {
  return [
    `${difference.change.padEnd(7)}  ${difference.key}`,
    ...changedLines(difference).map((line) => `         ${line}`),
  ];
}
