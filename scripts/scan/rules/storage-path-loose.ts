import type { ScanRule } from '../rule.ts';

export const storagePathLoose: ScanRule = {
  name: 'storage-path-loose',
  level: 'high',
  claim:
    'no policy on storage.objects finds its folder anywhere in the path, or by a prefix that others share',
  why: "'%team/%', 'team%' and team = any (foldername(name)) also match a folder that somebody else named so: another tenant's upload counts as yours, and yours as theirs.",
  remedy: 'compare one place of the path, exactly: (storage.foldername(name))[1] = …',
  needs: 'storage',
  query: ({ callers, storagePolicies }) => String.raw`
    with ${callers}, ${storagePolicies}
    select object,
           case
             when condition ~ '= ANY \(storage\.foldername\(' then 'finds its folder at any depth'
             when condition ~ '\mname ~~\*? \(*''%' then 'matches anywhere in the path'
             when condition ~ '\mname ~~\*? ''[^''/%]+%' then 'matches a prefix that is no whole folder'
             when condition ~ '\mname ~~\*? \(.*[^/]''?(::text)?\)* \|\| ''%''' and condition !~ '''[^'']*/''(::text)?\)* \|\| ''%''' then 'matches a prefix that is no whole folder'
             when condition ~ '\m(strpos|position)\(' then 'matches anywhere in the path'
           end as problem
    from storage_policies
    where condition ~ '\mname\M'`,
};
