import type { Rule } from './rule.ts';

export const shellsFixed: Rule = {
  name: 'shells-fixed',
  claim: 'no expression stands inside a script: values come through `env`',
  why: 'an expression is pasted into the script before the shell reads it, so that a branch named `$(…)` is a command',
  check: ({ texts }) =>
    texts
      .filter(
        ({ path, text }) => ['run', 'script', 'shell'].includes(String(path.at(-1))) && text.includes('${{'),
      )
      .map(({ path }) => ({ path, problem: 'an expression inside a script' })),
};
