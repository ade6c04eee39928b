import { probe, refused, sees } from '../probe.ts';

export const s14 = probe(
  'S-14',
  [
    sees('doctor', 'control: a password reads', 'select count(*) > 0 from public.patients', true),
    sees('recovering', 'a recovery link reads nothing', 'select count(*) from public.patients', 0),
    refused(
      'recovering',
      'and is refused before any policy is asked',
      'select public.pre_request()',
      'CD040',
    ),
  ],
  { outside: 'the page that the link leads to belongs to the application' },
);
