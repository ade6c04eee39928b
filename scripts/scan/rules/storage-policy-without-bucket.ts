import type { ScanRule } from '../rule.ts';

export const storagePolicyWithoutBucket: ScanRule = {
  name: 'storage-policy-without-bucket',
  level: 'high',
  claim: 'every permissive policy on storage.objects names its bucket',
  why: 'All buckets are one table: a policy meant for pictures of profiles also opens the bucket of reports.',
  remedy: "add bucket_id = '…' to USING and to WITH CHECK",
  needs: 'storage',
  query: ({ callers, storagePolicies }) => String.raw`
    with ${callers}, ${storagePolicies}
    select object,
           case
             when using_text !~ '\mbucket_id\M' then 'is for every bucket'
             when check_text !~ '\mbucket_id\M' then 'puts into every bucket'
           end as problem
    from storage_policies
    where polpermissive`,
};
