import type { ScanRule } from '../rule.ts';

export const storageNameCaptured: ScanRule = {
  name: 'storage-name-captured',
  level: 'high',
  claim:
    'no sub-query in a policy on storage.objects takes the name of its own table for the name of the object',
  why: 'In a sub-query, a plain "name" is that of the inner table if it has one. The policy then compares a title with a title, and says nothing about the file.',
  remedy: 'write objects.name',
  needs: 'storage',
  query: ({ callers, storagePolicies }) => String.raw`
    with ${callers}, ${storagePolicies}
    select object,
           case
             when condition ~ 'storage\.(foldername|filename|extension)\((?!objects\.)("[^"]+"|\w+)\.name(::text)?\)'
               then 'splits the name of another table'
           end as problem
    from storage_policies
    where condition ~ '\mSELECT\M'`,
};
