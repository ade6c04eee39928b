/**
 * A long-lived vitest: forked by suite.ts, told which files to run, answers with the first test that turned red. What
 * starting vitest costs is paid once for all mutants of a worker. CORDON_TEST_SERVER names the template to clone.
 */
import { BaseSequencer, createVitest, type TestSpecification } from 'vitest/node';
import { lastingThreads } from './lasting-worker.ts';
import type { Part, SuiteAnswer, SuiteQuestion } from './suite.ts';

/** Whoever asks has put the likeliest first; what takes longest would be first otherwise. */
class AsAsked extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

const vitest = await createVitest('test', {
  watch: false,
  project: ['database', 'slots'],
  bail: 1,
  silent: true,
  reporters: [{}],
  pool: lastingThreads,
  maxWorkers: 1,
  fileParallelism: false,
  sequence: { sequencer: AsAsked },
});
const specifications = new Map<string, TestSpecification>(
  (await vitest.globTestSpecifications()).map((each) => [nameOf(each.moduleId), each]),
);

process.on('message', ({ parts }: SuiteQuestion) => {
  void run(parts).then(tell, (error: unknown) => tell({ broken: String(error) }));
});
process.on('disconnect', () => process.exit());
tell({ files: [...specifications.keys()] });

async function run(parts: readonly Part[]): Promise<SuiteAnswer> {
  const asked = parts.flatMap(({ file, tests }) => {
    const whole = specifications.get(file);
    if (!whole) return [];
    return tests ? whole.project.createSpecification(whole.moduleId, { testIds: [...tests] }) : whole;
  });
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(asked, false);
  const ids = new Set(asked.map(({ moduleId }) => moduleId));
  for (const module of testModules) {
    if (!ids.has(module.moduleId)) continue;
    const file = nameOf(module.moduleId);
    for (const test of module.children.allTests('failed'))
      return { red: { file, test: test.id, claim: test.fullName } };
    if (module.state() === 'failed') return { red: { file, claim: 'the file fails' } };
  }
  return unhandledErrors.length > 0
    ? { red: { file: parts[0]?.file ?? '', claim: 'an error outside of every test' } }
    : {};
}

function tell(answer: SuiteAnswer): void {
  process.send?.(answer);
}

function nameOf(moduleId: string): string {
  return moduleId.slice(moduleId.lastIndexOf('/tests/') + '/tests/'.length);
}
