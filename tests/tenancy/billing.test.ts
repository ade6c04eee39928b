import { describe, expect, test } from 'vitest';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** Whether somebody reads any row of each table. */
async function readsOf(persona: Persona, tables: readonly string[]): Promise<Record<string, boolean>> {
  const entries = await database().as(persona, async (session) => {
    const found: [string, boolean][] = [];
    for (const table of tables)
      found.push([table, Number(await session.value(`select count(*) from public.${table}`)) > 0]);
    return found;
  });
  return Object.fromEntries(entries);
}

describe('billing', () => {
  const MONEY = ['invoices', 'invoice_lines', 'payments', 'agreements'];
  const CHARTS = ['medical_records', 'medical_record_details', 'appointment_reasons', 'patient_clinical'];

  test('is open to who holds finance, who reads no more of a chart for it [N-20 +]', async () => {
    const finance = await readsOf(personas.finance, [...MONEY, ...CHARTS]);
    for (const table of MONEY) expect(finance[table], table).toBe(true);
    const assistant = await readsOf(personas.assistant, CHARTS);
    expect(Object.fromEntries(CHARTS.map((table) => [table, finance[table]]))).toEqual(assistant);
    expect(assistant.medical_records).toBe(false);
    expect(assistant.medical_record_details).toBe(false);
  });

  test.each([personas.doctor, personas.nurse, personas.assistant, personas.receptionist])(
    'is closed to $name [N-20 -]',
    async (persona) => {
      const reads = await readsOf(persona, [...MONEY, 'patients']);
      for (const table of MONEY) expect(reads[table], table).toBe(false);
      expect(reads.patients).toBe(true);
    },
  );
});
