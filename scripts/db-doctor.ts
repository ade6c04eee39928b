import { command } from './console/command.ts';
import { say } from './console/report.ts';
import { writeDoctorDocs } from './doctor/docs.ts';
import { examine } from './doctor/examine.ts';
import { printSights } from './doctor/report.ts';
import { resolveTarget } from './postgres/target.ts';

await command<{ json?: boolean; write?: boolean }>({
  name: 'db:doctor',
  summary:
    'Looks at a deployment for what no migration can set: logging, PostgREST, Supabase Auth, slots, roles.',
  options: [
    ['--write', 'write docs/doctor.md from the checks and stop'],
    ['--json', 'print {"sights":[{"check","object","found","expected","state"}]} and nothing else'],
  ],
  notes: [
    'Works on DATABASE_URL, else on the embedded server. Read-only. What it cannot see it calls unseen, and says where to look.',
    'Exits 1 if anything seen is not as it should be. Every check is explained in docs/doctor.md.',
  ].join('\n'),
  async run({ json, write }) {
    if (write) {
      writeDoctorDocs();
      return 0;
    }
    const target = resolveTarget();
    const sights = await examine(target.url);
    if (json) say(JSON.stringify({ sights }));
    else printSights(sights, target.display);
    return sights.some(({ state }) => state === 'fault') ? 1 : 0;
  },
});
