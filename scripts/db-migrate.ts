import { command } from './console/command.ts';
import { migrate } from './migrate/apply.ts';
import { DEPLOY_FLAGS, type DeployOptions, deploy } from './migrate/deploy.ts';

await command<DeployOptions>({
  name: 'db:migrate',
  summary: 'Applies every pending migration with dbmate; with nothing configured, on an embedded PostgreSQL.',
  options: DEPLOY_FLAGS,
  notes:
    'DATABASE_URL (environment, else .env) names any PostgreSQL 15 to 18, hosted Supabase included.\n' +
    'Without it a PostgreSQL 17 is started in .cordon/ and stays up. What Supabase has and the server lacks is supplied.\n' +
    'generated/ is written when the embedded server was changed; --types asks for it elsewhere too.',
  run: (options) => deploy(migrate, options),
});
