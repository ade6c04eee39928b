import type { ClientBase } from 'pg';

/** Ends the transaction, whatever became of it. Where the connection is lost, so is the transaction; what lost it is what the caller tells. */
export async function rollBack(client: ClientBase): Promise<void> {
  await client.query('rollback').catch(() => {});
}
