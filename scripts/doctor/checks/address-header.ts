import type { DoctorCheck } from '../check.ts';

export const addressHeader: DoctorCheck = {
  name: 'address-header',
  claim: 'the deployment names the header that tells where a client connects from',
  why: 'Without one every address is unknown: signatures carry none, and a rule about networks denies.',
  remedy:
    "update authz.deployment_settings set trusted_address_header = 'cf-connecting-ip', or what the proxy in front sets and clients cannot",
  requirements: ['N-28', 'S-32'],
  query: `
    select 'authz.deployment_settings.trusted_address_header' as object, coalesce(trusted_address_header, 'none') as found,
           'a header that the proxy sets' as expected, case when trusted_address_header is null then 'fault' else 'ok' end as state
    from (values (true)) as one (is_there)
    left join authz.deployment_settings as s on s.singleton`,
};
