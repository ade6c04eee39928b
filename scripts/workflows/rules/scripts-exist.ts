import type { Rule } from './rule.ts';

export const scriptsExist: Rule = {
  name: 'scripts-exist',
  claim: 'every npm script that a workflow runs stands in package.json',
  why: 'a script that was renamed is missed first by the run that was to guard something',
  check: ({ jobs }, { scripts }) =>
    jobs
      .flatMap(({ steps }) => steps)
      .flatMap(({ path, run }) =>
        namesIn(run)
          .filter((name) => !scripts.has(name))
          .map((name) => ({
            path: [...path, 'run'],
            problem: `npm run ${name}: package.json has no such script`,
          })),
      ),
};

/** Names of scripts in a shell text; flags of npm may stand before them. */
function namesIn(shell: string): readonly string[] {
  const called = [...shell.matchAll(/\bnpm +(?:run|run-script) +(?:-\S+ +)*([\w:.-]+)/g)].map(
    ([, name]) => name ?? '',
  );
  const short = [...shell.matchAll(/\bnpm +(?:-\S+ +)*(test|start)(?![\w:-])/g)].map(
    ([, name]) => name ?? '',
  );
  return [...called, ...short];
}
