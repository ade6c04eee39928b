import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { $ } from 'zx';
import { misuse } from '../../console/errors.ts';
import { MIGRATIONS, type Migration, readMigrations } from '../../migrate/history.ts';

/** The history that a change starts from. */
export interface Base {
  /** As a person names it: `main`, `origin/main`. */
  readonly ref: string;
  /** The commit, in 40 hex digits. */
  readonly commit: string;
  readonly migrations: readonly Migration[];
  /** A folder with its seed. */
  readonly seed: string;
}

const SEED = 'seed';

const git = $({ quiet: true, nothrow: true, verbose: false });

/** What a checkout of a pull request knows its target by, in order of preference. */
const TARGETS = ['origin/main', 'main', 'origin/master', 'master'];

/** Where a name is looked for. A tag that is called like a branch must not stand in for it. */
const PLACES = ['', 'refs/remotes/', 'refs/heads/', 'refs/tags/'];

/**
 * Reads the migrations as they stand where a change branched off.
 *
 * @param ref the branch that the change is for; the first of {@link TARGETS} that exists when left out.
 * @param work receives the base; its files live in a folder of their own until it returns.
 * @throws CommandError (2) without a git history, or for a ref that it does not know.
 */
export async function withBase<T>(ref: string | undefined, work: (base: Base) => Promise<T>): Promise<T> {
  const target = ref ?? (await findTarget());
  const commit = await branchPoint(target);
  const folder = mkdtempSync(join(tmpdir(), 'cordon-base-'));
  try {
    await unpack(commit, folder);
    return await work({
      ref: target,
      commit,
      migrations: readMigrations(join(folder, MIGRATIONS)),
      seed: join(folder, SEED),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function findTarget(): Promise<string> {
  for (const name of TARGETS) {
    if ((await commitsOf(name)).size > 0) return name;
  }
  throw misuse({
    problem: 'no branch to compare with',
    expected: `one of ${TARGETS.join(', ')}, or --base`,
    remedy: 'name one: --base <branch, tag or commit>; in CI, check out with `fetch-depth: 0`',
  });
}

/**
 * Where the change left its target: what came to the target since is not part of the change.
 *
 * @throws CommandError (2) for a name that git does not know, or that means more than one commit.
 */
export async function branchPoint(target: string): Promise<string> {
  const [commit, ...others] = await commitsOf(target);
  if (commit === undefined) {
    throw misuse({
      problem: `git knows no commit ${JSON.stringify(target)}`,
      expected: 'a branch, a tag or a commit of this repository',
      remedy: 'git fetch, or name another one; in CI, check out with `fetch-depth: 0`',
    });
  }
  if (others.length > 0) {
    throw misuse({
      problem: `${JSON.stringify(target)} is more than one thing here: a branch and a tag, or branches of two places`,
      expected: 'one commit to compare with',
      remedy: `name it in full, as refs/remotes/${target} or refs/heads/${target}, and find out who made the other`,
    });
  }
  const shared = await git`git merge-base HEAD ${commit}`;
  return shared.ok ? shared.stdout.trim() : commit;
}

/** The commits that a name may mean; git itself would take the first without a word. */
async function commitsOf(name: string): Promise<ReadonlySet<string>> {
  const commits = new Set<string>();
  for (const place of PLACES) {
    // What looks like an option must not become one.
    const found = await git`git rev-parse --verify --quiet --end-of-options ${`${place}${name}`}^{commit}`;
    if (found.ok) commits.add(found.stdout.trim());
  }
  return commits;
}

/** Copies what the base held of these folders; a folder that it did not have stays empty. */
async function unpack(commit: string, folder: string): Promise<void> {
  for (const name of [MIGRATIONS, SEED]) {
    mkdirSync(join(folder, name));
    const listed = await git`git ls-tree -z --name-only ${commit} ${`${name}/`}`;
    for (const path of listed.stdout.split('\0').filter((file) => file.endsWith('.sql'))) {
      const bytes = await git`git cat-file blob ${`${commit}:./${path}`}`.buffer();
      writeFileSync(join(folder, name, basename(path)), bytes);
    }
  }
}
