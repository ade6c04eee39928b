import { BLOCKS } from './blocks.ts';
import { COLUMNS } from './columns.ts';
import { DECIDING_ROWS } from './deciding-rows.ts';
import { DEFAULT_PRIVILEGES } from './default-privileges.ts';
import { EXTENSIONS } from './extensions.ts';
import { FENCES } from './fences.ts';
import { FUNCTIONS } from './functions.ts';
import { GRANTS } from './grants.ts';
import { HARMLESS } from './harmless.ts';
import { ROLES } from './inheritance-and-roles.ts';
import type { Migration } from './migration.ts';
import { OWNERSHIP } from './ownership-and-settings.ts';
import { PARTITIONS } from './partitions-and-inheritance.ts';
import { POLICIES } from './policies.ts';
import { PUBLICATIONS } from './publications.ts';
import { ROW_SECURITY } from './row-security.ts';
import { GUARDS } from './triggers-and-constraints.ts';
import { VIEWS } from './views.ts';
import { WRITTEN_ROWS } from './written-rows.ts';

/** The corpus by the route that a change takes to somebody's reach. */
export const CORPUS: Readonly<Record<string, readonly Migration[]>> = {
  grants: GRANTS,
  columns: COLUMNS,
  'inheritance and roles': ROLES,
  policies: POLICIES,
  fences: FENCES,
  'row security': ROW_SECURITY,
  functions: FUNCTIONS,
  extensions: EXTENSIONS,
  views: VIEWS,
  'default privileges': DEFAULT_PRIVILEGES,
  'partitions and inheritance': PARTITIONS,
  publications: PUBLICATIONS,
  'triggers and constraints': GUARDS,
  'ownership and settings': OWNERSHIP,
  'deciding rows': DECIDING_ROWS,
  'rows that a migration writes': WRITTEN_ROWS,
  blocks: BLOCKS,
  harmless: HARMLESS,
};
