import { readFileSync } from 'node:fs';

/**
 * Microseconds that a server process has spent on a processor. Unlike the clock's time it does not grow while other
 * programs are served; only Linux tells it.
 */
export function processorMicros(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  } catch {
    return undefined;
  }
}
