import { type Asked, accessLogOf, openAccessLog } from './access-log.ts';
import { DAY, seal } from './acts/index.ts';
import type { Stage } from './stage.ts';
import { type Event, timelineOf } from './timeline.ts';
import { type Trail, trailOf } from './trail.ts';

/** What is left of the day when everybody has gone home. */
export interface Record {
  readonly timeline: readonly Event[];
  readonly accessLog: readonly Asked[];
  readonly trail: Trail;
}

/**
 * Plays the day, drains what was decided in it, seals both and verifies them.
 *
 * @param url of the database, as the role that migrates.
 * @param superuser the same database, as who can do anything there.
 * @throws CommandError (exit code 1) where an attempt ends otherwise than told.
 */
export async function play(stage: Stage, url: string, superuser: string): Promise<Record> {
  await openAccessLog(url);
  for (const act of DAY) await act(stage);
  stage.begin('The access log');
  const accessLog = await accessLogOf(stage, url);
  await seal(stage);
  stage.begin('The record');
  const timeline = await timelineOf(stage);
  return { timeline, accessLog, trail: await trailOf(url, superuser) };
}
