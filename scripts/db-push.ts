import { command } from './console/command.ts';
import { DEPLOY_FLAGS, type DeployOptions, deploy } from './migrate/deploy.ts';
import { push } from './migrate/push.ts';

await command<DeployOptions>({
  name: 'db:push',
  summary:
    'Applies every pending migration with the Supabase CLI (supabase db push); otherwise as db:migrate.',
  options: DEPLOY_FLAGS,
  notes:
    'Both commands keep one ledger, supabase_migrations.schema_migrations, and may alternate.\n' +
    'DATABASE_URL (environment, else .env) names the server; the project needs no link and no Docker.',
  run: (options) => deploy(push, options),
});
