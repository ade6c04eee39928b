import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';

interface Manifest {
  readonly engines?: { readonly node?: string };
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const manifestOf = (path: string) => JSON.parse(read(join(path, 'package.json'))) as Manifest;
const own = manifestOf('.');
const needed = [...Object.keys(own.devDependencies ?? {}), 'vite']
  .map((name) => ({ name, range: manifestOf(join('node_modules', name)).engines?.node }))
  .filter((one): one is { name: string; range: string } => one.range !== undefined);

/** Of npm's ranges those forms that stand in the manifests: `^20.19.0 || >=24`, `>= 16.0.0`, `10.*`, `20`. */
function isWithin(version: string, range: string): boolean {
  const numbers = (text: string) => text.split('.').map((part) => (part === '*' ? 0 : Number(part)));
  const isAtLeast = (least: string) => {
    const [is, wanted] = [numbers(version), numbers(least)];
    const at = wanted.findIndex((part, index) => part !== is[index]);
    return at === -1 || (is[at] ?? 0) > (wanted[at] ?? 0);
  };
  return range.split('||').some((part) => {
    const [, sign = '', least = ''] = /^(\^|>=)?\s*([\d.*]+)$/.exec(part.trim()) ?? [];
    if (least === '') throw new Error(`${part} is no range that this test reads`);
    return isAtLeast(least) && (sign === '>=' || numbers(least)[0] === numbers(version)[0]);
  });
}

const refusing = (version: string) =>
  needed.filter(({ range }) => !isWithin(version, range)).map(({ name }) => name);

test('every Node that package.json admits is admitted by what it takes to work here, and the one of .nvmrc too', () => {
  const leasts = (own.engines?.node ?? '').split('||').map((part) => /[\d.]+/.exec(part)?.[0] ?? '');
  expect(needed.length).toBeGreaterThan(20);
  for (const version of [...leasts, '20.99.0', '22.99.0', '24.99.0', '26.0.0'])
    expect(refusing(version), version).toEqual([]);
  const [major = ''] = read('.nvmrc').trim().split('.');
  expect(isWithin(`${major}.99.0`, own.engines?.node ?? '')).toBe(true);
});

test('a Node that package.json does not admit is one that something refuses', () => {
  for (const version of ['20.12.0', '20.18.3', '21.7.3', '22.11.0', '23.11.1']) {
    expect(isWithin(version, own.engines?.node ?? ''), version).toBe(false);
    expect(refusing(version), version).not.toEqual([]);
  }
});

test('the documents name the same', () => {
  const said = 'Node 20.19, 22.12, or 24 and later';
  expect(own.engines?.node).toBe('^20.19.0 || ^22.12.0 || >=24.0.0');
  for (const path of ['README.md', 'docs/package.md', 'docs/client.md']) expect(read(path)).toContain(said);
});
