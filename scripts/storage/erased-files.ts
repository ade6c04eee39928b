import type { ClientBase } from 'pg';
import { misuse } from '../console/errors.ts';

/** An organisation, and how many files of it no document tells of any more. */
export interface ErasedFiles {
  readonly organisation_id: string;
  readonly files: number;
}

/**
 * Files in Storage whose document was erased, or deleted by retention: they open to nobody, and are there. [N-49]
 *
 * @param client as the role that migrates.
 * @throws CommandError (2) for a database that keeps no documents.
 */
export async function erasedFiles(client: ClientBase): Promise<readonly ErasedFiles[]> {
  const { rowCount } = await client.query(
    `select where to_regprocedure('authz.is_object_path(text)') is not null and to_regclass('storage.objects') is not null`,
  );
  if (rowCount === 0) {
    throw misuse({
      problem: 'this database keeps no documents',
      expected: 'the migrations of this package, and the schema storage of Supabase',
      remedy: 'npm run db:migrate',
    });
  }
  const { rows } = await client.query<ErasedFiles>(`
    select split_part(o.name, '/', 1) as organisation_id, count(*)::integer as files
    from storage.objects as o
    where o.bucket_id = 'patient-documents'
      and authz.is_object_path(o.name)
      and not exists (
        select
        from public.documents as d
        where d.organisation_id = split_part(o.name, '/', 1)::uuid and d.id = split_part(o.name, '/', 3)::uuid
      )
    group by 1
    order by 1`);
  return rows;
}
