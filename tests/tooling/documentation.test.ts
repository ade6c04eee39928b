import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const { scripts: SCRIPTS } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'tests/README.md'],
  ...['docs', 'generated'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
].map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const ALL = PAGES.map(({ text }) => text).join('\n');

/** What every page holds that does not hold true, told with its page. */
function amiss(pattern: RegExp, isTrue: (match: RegExpMatchArray, path: string) => boolean): string[] {
  return PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)]
      .filter((match) => !isTrue(match, path))
      .map(([what]) => `${path}: ${what.trim()}`),
  );
}

/** As GitHub names a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

test('every link leads to a file that is there, and to a heading that it has', () => {
  const found = amiss(/\]\((?!https:)([^)#\s]*)(?:#([^)]+))?\)/g, ([, to = '', anchor], path) => {
    const file = to === '' ? path : join(dirname(path), to);
    if (!existsSync(file)) return false;
    const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)];
    return anchor === undefined || headings.some(([, heading = '']) => anchorOf(heading) === anchor);
  });
  expect(found).toEqual([]);
});

test('every file and folder of ours that a page names is there', () => {
  // What somebody is to write, or has written here.
  const toBeWritten = ['policies/bed_waitlist.ts', 'triggers/bed_waitlist.sql'];
  const ours =
    /`((?:bench|client|docs|functions|generated|migrations|policies|scripts|seed|supabase|testing|tests|triggers|\.ci|\.github)\/[\w./-]*)`/g;
  const found = amiss(
    ours,
    ([, file = ''], path) =>
      toBeWritten.includes(file) || existsSync(file) || existsSync(join(dirname(path), file)),
  );
  expect(found).toEqual([]);
});

/** The options that a command declares, or what it runs where it declares none. */
function declares(script: string, option: string): boolean {
  const file = /scripts\/[\w-]+\.\w+/.exec(SCRIPTS[script] ?? '')?.[0];
  return file !== undefined && new RegExp(`${option}(?![\\w-])`).test(readFileSync(file, 'utf8'));
}

test('every npm script that a page names is one, with the options that it is given', () => {
  const called =
    /npm (?:run )?(?:-s |--silent )?(?!ci\b|install\b|pack\b|run\b|-s\b|--silent\b)([a-z][\w:-]*)(?: -- ([^`\n#]*))?/g;
  const found = amiss(called, ([what, script = '', given = '']) => {
    if (!what.startsWith('npm run') && script !== 'test') return true;
    const options = [...(given.split(/[|>]|\bnpm\b/)[0]?.matchAll(/(?<![\w-])--[a-z][\w-]*/g) ?? [])];
    return script in SCRIPTS && options.every(([option]) => declares(script, option));
  });
  expect(found).toEqual([]);
});

test('every npm script stands on a page', () => {
  // What npm itself calls.
  const unnamed = Object.keys(SCRIPTS).filter((name) => name !== 'prepack' && !ALL.includes(name));
  expect(unnamed).toEqual([]);
});

test('every variable that a command or a test reads stands on a page', () => {
  const sources = ['scripts', 'client', 'testing', 'tests', 'bench'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  const read = sources.flatMap((text) =>
    [
      ...text.matchAll(
        /process\.env\.(\w+)|setting\('([A-Z_]+)'|\{ ([A-Z_]+)[^}]*\} = (?:process\.env|settings)\b/g,
      ),
    ].map(([, ...names]) => names.find(Boolean) ?? ''),
  );
  expect(read).toContain('DATABASE_URL');
  // The system's own; what one process of ours hands to another; what tests hand to scripts and applications of their own.
  const handed = [
    'PATH',
    'CORDON_TEST_SERVER',
    'CORDON_CALLED_FUNCTIONS',
    'TEST_DATABASE_URL',
    'CONTEXT',
    'URL',
  ];
  const ofFixtures = ['CALLS', 'GH_TOKEN', 'PUBLIC'];
  const unnamed = new Set(
    read.filter(
      (name) => ![...handed, ...ofFixtures].includes(name) && !new RegExp(`\`${name}\\b`).test(ALL),
    ),
  );
  expect([...unnamed]).toEqual([]);
});
