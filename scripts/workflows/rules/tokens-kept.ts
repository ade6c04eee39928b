import { type Rule, runsCode } from './rule.ts';

export const tokensKept: Rule = {
  name: 'tokens-kept',
  claim: 'a token is given to single steps, and to none that runs code of the project',
  why: 'what runs beside it can take it along',
  check: ({ texts, jobs }) => {
    const steps = jobs.flatMap((job) => job.steps);
    return texts
      .filter(({ text }) => /github\.token|GITHUB_TOKEN/.test(text))
      .flatMap(({ path }) => {
        const step = steps.find((each) => each.path.every((key, index) => path[index] === key));
        if (!step) return [{ path, problem: 'a token for more than a step' }];
        return step.uses || runsCode(step.run) ? [{ path, problem: 'a token beside code' }] : [];
      });
  },
};
