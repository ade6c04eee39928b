import type pg from 'pg';

/**
 * A connection inside a transaction, for code that begins one of its own: what it begins is a savepoint, what it rolls
 * back goes back to there. So the battery asks a catalog that nobody else can see, and no database has to be made.
 */
export function nested(client: pg.Client): pg.Client {
  return new Proxy(client, {
    get(target, property) {
      const value = Reflect.get(target, property, target);
      if (property !== 'query') return typeof value === 'function' ? value.bind(target) : value;
      return (text: unknown, ...rest: unknown[]) =>
        (value as (...all: unknown[]) => unknown).call(target, translated(text), ...rest);
    },
  });
}

/** Runs `work` behind a savepoint and takes back everything it did, whatever became of the transaction. */
export async function undone<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('savepoint undone');
  try {
    return await work();
  } finally {
    await client.query('rollback to savepoint undone');
  }
}

function translated(text: unknown): unknown {
  if (text === 'begin') return 'savepoint nested';
  if (text === 'rollback') return 'rollback to savepoint nested';
  return text;
}
