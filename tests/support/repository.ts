import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

export interface Repository {
  /** Its folder. */
  readonly path: string;
  git(...args: string[]): string;
  write(path: string, text: string): void;
  /** Commits all of it, and gives the commit. */
  commit(message?: string): string;
}

/** A git repository of its own for each test of the file, its branch `main`, without a commit yet. */
export function useRepository(): Repository {
  let path = '';
  const repository: Repository = {
    get path() {
      return path;
    },
    git: (...args) =>
      execFileSync('git', ['-c', 'user.name=a test', '-c', 'user.email=test@example.invalid', ...args], {
        cwd: path,
        encoding: 'utf8',
      }).trim(),
    write(file, text) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    },
    commit(message = 'one more') {
      repository.git('add', '-A');
      repository.git('commit', '-q', '-m', message);
      return repository.git('rev-parse', 'HEAD');
    },
  };
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'cordon-repository-'));
    repository.git('init', '-q', '-b', 'main');
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));
  return repository;
}
