import { misuse } from './errors.ts';

/**
 * A whole number that somebody gave to an option.
 *
 * @throws CommandError (2) for anything else, or one below `least`.
 */
export function wholeNumber(flag: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least) return number;
  throw misuse({
    problem: `${flag} is ${JSON.stringify(text)}`,
    expected: `a whole number, at least ${least}`,
  });
}
