import { CommandError, type Explanation } from '../../scripts/console/errors.ts';

export interface Refusal extends Explanation {
  readonly exitCode: number;
  /** All that its user reads, a part a line. */
  readonly text: string;
}

/** What an operation that must fail tells its user. Fails the test if it succeeds, or throws anything but a CommandError. */
export async function refusal(work: () => unknown): Promise<Refusal> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { problem, expected, remedy, details = [] } = error.explanation;
    return {
      ...error.explanation,
      exitCode: error.exitCode,
      text: [problem, expected, ...details, remedy].join('\n'),
    };
  }
  throw new Error('it should have been refused');
}
